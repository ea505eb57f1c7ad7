/** Machines that are made at run time, from their creation to their deletion. */
import { describe, expect, it } from 'vitest';
import { parseArn } from '../../../lib/engine/arn/parse-arn.ts';
import { readHistoryEvents } from '../../../lib/operations/redrive/history-page.ts';
import { redriveOnce } from '../../../lib/operations/redrive/redrive-execution.ts';
import { readRedriveStatus } from '../../../lib/operations/redrive/redrive-status.ts';
import { stopExecution } from '../../../lib/operations/redrive/stop-execution.ts';
import { deleteStateMachine } from '../../../lib/operations/state-machines/delete-state-machine.ts';
import { describeStateMachine } from '../../../lib/operations/state-machines/describe-state-machine.ts';
import { findExecutionOfArn } from '../../../lib/operations/state-machines/find-execution-of-arn.ts';
import { parseMachineName } from '../../../lib/operations/state-machines/machine-target.ts';
import { updateStateMachine } from '../../../lib/operations/state-machines/update-state-machine.ts';
import { openMachineApp, pass, wait, work } from './machine-app.ts';

describe('a machine of the API', () => {
  it('a machine is run by a worker that has no configuration of it', async () => {
    const { context, make, start, end } = await openMachineApp();
    await make(
      'pay',
      JSON.stringify({
        QueryLanguage: 'JSONata',
        StartAt: 'P',
        States: { P: { Type: 'Pass', Output: '{% $states.context %}', End: true } },
      }),
    );

    const { arn, executionId } = await start('pay', { name: 'one', input: '{"a": 1}' });
    const { output } = await end(executionId);

    expect(arn).toBe('arn:aws:states:eu-central-1:123456789012:execution:pay:one');
    expect(JSON.parse(output ?? '')).toMatchObject({
      Execution: { Id: arn, Name: 'one', RoleArn: 'arn:aws:iam::1:role/r' },
      StateMachine: {
        Id: 'arn:aws:states:eu-central-1:123456789012:stateMachine:pay',
        Name: 'pay',
      },
    });
    const subject = parseArn(arn)?.subject;
    if (subject?.kind !== 'execution') throw new Error('the ARN of an execution');
    expect(await findExecutionOfArn(context, subject)).toMatchObject({ id: executionId });
  });

  it('the same request makes one machine, and another is refused', async () => {
    const { make } = await openMachineApp();
    const first = await make('pay', pass(1), { publish: true, versionDescription: 'v' });

    const same = { publish: true, versionDescription: 'v' };
    expect(await make('pay', pass(1), { ...same, roleArn: 'other' })).toMatchObject({
      machine: { createdAt: first.machine.createdAt },
      versionNumber: 1,
    });
    for (const [definition, more] of [
      [`${pass(1)} `, same],
      [pass(1), {}],
      [pass(1), { ...same, type: 'EXPRESS' }],
      [pass(1), { ...same, loggingConfiguration: { level: 'ALL' } }],
    ] as const) {
      await expect(make('pay', definition, more)).rejects.toMatchObject({ code: 'MACHINE_EXISTS' });
    }
    await expect(make('own', pass(1))).rejects.toMatchObject({ code: 'MACHINE_EXISTS' });
    await expect(make('a b', pass(1))).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });

  it('executions keep the revision that they began with, and an update that changes nothing adds none', async () => {
    const { context, make, start, end } = await openMachineApp();
    await make('pay', pass(1));
    const first = await start('pay');
    const updated = await updateStateMachine(context, 'pay', { definition: pass(2) });
    const again = await updateStateMachine(context, 'pay', { definition: pass(2) });
    const second = await start('pay');

    expect(again.revisionId).toBe(updated.revisionId);
    expect(updated.revisionId).toMatch(/^[0-9a-f-]{36}$/);
    expect((await end(first.executionId)).output).toBe('1');
    expect((await end(second.executionId)).output).toBe('2');
    await expect(updateStateMachine(context, 'own', { definition: pass(2) })).rejects.toMatchObject(
      {
        code: 'INVALID_ARGUMENT',
        message: expect.stringContaining('millrace.config.ts'),
      },
    );
  });

  it('a machine is gone at once when nothing runs, and else when the last execution was aborted', async () => {
    const { asleep, context, make, start, end } = await openMachineApp();
    await make('pay', wait);
    const { executionId } = await start('pay', { name: 'one' });
    await asleep(executionId);

    await deleteStateMachine(context, 'pay');
    expect(await end(executionId)).toMatchObject({ status: 'ABORTED' });
    await expect(describeStateMachine(context, parseMachineName('pay'))).rejects.toMatchObject({
      code: 'UNKNOWN_MACHINE',
    });
    await make('pay', pass(1));
    const next = await start('pay', { name: 'one' });
    expect(next).toMatchObject({ machineId: 'pay~2', name: 'one' });
    expect((await end(next.executionId)).output).toBe('1');
    expect(next.arn).toBe('arn:aws:states:eu-central-1:123456789012:execution:pay:one');
    await deleteStateMachine(context, 'pay');
    expect(await context.store.findStateMachine('pay')).toBeNull();
    await deleteStateMachine(context, 'pay');
  });
});

describe('stops and redrives', () => {
  it('a stop ends an execution with its error and cause, and without a gap in its history', async () => {
    const { asleep, context, make, start, end } = await openMachineApp();
    await make('slow', wait);
    const { executionId } = await start('slow');
    await asleep(executionId);

    await stopExecution(context, executionId, { error: 'E', cause: 'because' });

    expect(await end(executionId)).toMatchObject({
      status: 'ABORTED',
      error: 'E',
      cause: 'because',
    });
    const back = await readHistoryEvents(context, executionId, { limit: 2, reverse: true });
    expect(back.events[0]).toMatchObject({
      type: 'ExecutionAborted',
      previousEventId: 0,
      executionAbortedEventDetails: { error: 'E', cause: 'because' },
    });
    const rest = await readHistoryEvents(context, executionId, {
      limit: 9,
      reverse: true,
      after: back.next ?? 0,
    });
    expect([...back.events, ...rest.events].map(({ id }) => id)).toEqual([3, 2, 1]);
    expect(rest.next).toBeNull();
    await stopExecution(context, executionId);
  });

  it('an execution is redriven once for a token, and says why it cannot be', async () => {
    const { context, faults, make, start, end } = await openMachineApp();
    await make('work', work('flaky'));
    const { executionId } = await start('work');
    expect(await end(executionId)).toMatchObject({ status: 'FAILED' });
    faults.broken = false;

    const first = await redriveOnce(context, executionId, 'token');
    expect(await redriveOnce(context, executionId, 'token')).toEqual(first);
    const ended = await end(executionId);
    expect(ended).toMatchObject({ status: 'SUCCEEDED', redrives: 1, output: '"repaired"' });
    expect(await readRedriveStatus(context, ended)).toEqual({
      status: 'NOT_REDRIVABLE',
      reason: 'Execution is SUCCEEDED and cannot be redriven',
    });
    await expect(redriveOnce(context, executionId)).rejects.toMatchObject({
      code: 'NOT_REDRIVABLE',
      message: 'Execution is SUCCEEDED and cannot be redriven',
    });
  });
});
