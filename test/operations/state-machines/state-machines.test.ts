/** Machines that are made at run time, from their creation to their deletion. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { contextOf, type Millrace } from '../../../lib/app/millrace.ts';
import { parseArn } from '../../../lib/engine/arn/parse-arn.ts';
import { encodeMockCase } from '../../../lib/mocks/mock-case-text.ts';
import { readMockedResponse } from '../../../lib/mocks/mock-file.ts';
import { createAlias, updateAlias } from '../../../lib/operations/aliases/aliases.ts';
import { describeMapRun, listMapRuns } from '../../../lib/operations/map-runs/map-runs.ts';
import { readHistoryEvents } from '../../../lib/operations/redrive/history-page.ts';
import { listExecutionsByStart } from '../../../lib/operations/redrive/list-by-start.ts';
import { redriveOnce } from '../../../lib/operations/redrive/redrive-execution.ts';
import { readRedriveStatus } from '../../../lib/operations/redrive/redrive-status.ts';
import { stopExecution } from '../../../lib/operations/redrive/stop-execution.ts';
import { createStateMachine } from '../../../lib/operations/state-machines/create-state-machine.ts';
import { deleteStateMachine } from '../../../lib/operations/state-machines/delete-state-machine.ts';
import { describeStateMachine } from '../../../lib/operations/state-machines/describe-state-machine.ts';
import { findExecutionOfArn } from '../../../lib/operations/state-machines/find-execution-of-arn.ts';
import { parseMachineName } from '../../../lib/operations/state-machines/machine-target.ts';
import {
  type StartMachineRequest,
  startMachineExecution,
} from '../../../lib/operations/state-machines/start-execution.ts';
import { updateStateMachine } from '../../../lib/operations/state-machines/update-state-machine.ts';
import { deleteVersion, publishVersion } from '../../../lib/operations/versions/versions.ts';
import { openApp } from '../../support/open-app.ts';
import { until } from '../../support/signal.ts';

const pass = (result: unknown) =>
  JSON.stringify({ StartAt: 'P', States: { P: { Type: 'Pass', Result: result, End: true } } });
const wait = JSON.stringify({
  StartAt: 'W',
  States: { W: { Type: 'Wait', Seconds: 9_999, End: true } },
});
const work = (resource: string) =>
  JSON.stringify({
    StartAt: 'T',
    States: { T: { Type: 'Task', Resource: resource, End: true } },
  });

async function setUp() {
  const faults = { broken: true };
  const app = await openApp({
    account: '123456789012',
    region: 'eu-central-1',
    machines: { own: { definition: JSON.parse(pass('own')) } },
    handlers: {
      flaky: () => {
        if (faults.broken) throw new Error('broken');
        return 'repaired';
      },
    },
  });
  await app.start();
  onTestFinished(() => app.stop());
  const context = contextOf(app);
  const make = (name: string, definition: string, more = {}) =>
    createStateMachine(context, { name, definition, roleArn: 'arn:aws:iam::1:role/r', ...more });
  const start = (machine: string, request: StartMachineRequest = {}) =>
    startMachineExecution(context, parseMachineName(machine), request);
  const end = (id: string) => endOf(app, id);
  const asleep = (id: string) =>
    until(async () => (await context.store.getExecution(id))?.dueAt !== null, 'it sleeps');
  return { app, asleep, context, faults, make, start, end };
}

/** A leader leads a map run at its own pace, which the clock of the machine sets. */
const turnsMax = 1_000_000;

async function endOf(app: Millrace, id: string) {
  const hasEnded = async () => (await app.executions.get(id)).endedAt !== null;
  await until(hasEnded, 'it ends', turnsMax);
  const record = await app.drivers.store.getExecution(id);
  if (record === null) throw new Error('the execution is in the store');
  return record;
}

describe('a machine of the API', () => {
  it('a machine is run by a worker that has no configuration of it', async () => {
    const { context, make, start, end } = await setUp();
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
    const { make } = await setUp();
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
    const { context, make, start, end } = await setUp();
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
    const { asleep, context, make, start, end } = await setUp();
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

describe('starts', () => {
  it('a name starts a STANDARD execution once while it runs, and never again after it', async () => {
    const { make, start, end } = await setUp();
    await make('slow', wait);
    await make('fast', pass(1));
    const first = await start('slow', { name: 'a', input: '{"x":1,"y":2}' });

    expect(await start('slow', { name: 'a', input: '{"y":2, "x":1}' })).toEqual(first);
    await expect(start('slow', { name: 'a' })).rejects.toMatchObject({ code: 'EXECUTION_EXISTS' });
    const ended = await start('fast', { name: 'a' });
    await end(ended.executionId);
    await expect(start('fast', { name: 'a' })).rejects.toMatchObject({ code: 'EXECUTION_EXISTS' });
    await expect(start('fast', { input: '{' })).rejects.toMatchObject({
      code: 'MALFORMED_DOCUMENT',
    });
  });

  it('each start of an EXPRESS machine is another execution', async () => {
    const { make, start, end } = await setUp();
    const context = JSON.stringify({
      StartAt: 'P',
      States: { P: { Type: 'Pass', Parameters: { 'n.$': '$$.Execution.Name' }, End: true } },
    });
    await make('quick', context, { type: 'EXPRESS' });
    const [one, two] = await Promise.all([
      start('quick', { name: 'a' }),
      start('quick', { name: 'a' }),
    ]);

    expect(one?.executionId).not.toBe(two?.executionId);
    expect(one?.arn).toMatch(/:express:quick:a:[0-9a-f-]{36}$/);
    expect((await end(two?.executionId ?? '')).output).toBe('{"n":"a"}');
  });

  it('an alias routes executions by its weights, and its changes count at once', async () => {
    const { context, make, start, end } = await setUp();
    await make('pay', pass(1), { publish: true });
    await updateStateMachine(context, 'pay', { definition: pass(2), publish: true });
    await createAlias(context, 'pay', { name: 'live', routes: [{ version: 1, weight: 100 }] });
    const before = await start('pay:live');
    await updateAlias(context, 'pay', 'live', {
      routes: [
        { version: 1, weight: 0 },
        { version: 2, weight: 100 },
      ],
    });
    const after = await start('pay:live');
    const version = await start('pay:1');

    expect(await end(before.executionId)).toMatchObject({ output: '1', alias: 'live' });
    expect(await end(after.executionId)).toMatchObject({ output: '2', versionNumber: 2 });
    expect(await end(version.executionId)).toMatchObject({ versionNumber: 1, alias: null });
    const listed = await listExecutionsByStart(
      context,
      { machineId: 'pay', alias: 'live' },
      {
        limit: 10,
      },
    );
    expect(listed.entries.map(({ id }) => id)).toEqual([after.executionId, before.executionId]);
    await expect(deleteVersion(context, 'pay', 1)).rejects.toMatchObject({
      code: 'CONFLICT',
      fields: { aliases: 'live' },
    });
    await expect(publishVersion(context, 'pay', { revisionId: 'INITIAL' })).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringContaining('for revision INITIAL'),
    });
    await expect(start('pay:none')).rejects.toMatchObject({ code: 'UNKNOWN_ALIAS' });
    await expect(start('pay:9')).rejects.toMatchObject({ code: 'UNKNOWN_VERSION' });
  });

  it('a nested start finds machines of the store by version and alias', async () => {
    const { make, start, end } = await setUp();
    await make('child', pass('v1'), { publish: true });
    await make(
      'parent',
      JSON.stringify({
        StartAt: 'S',
        States: {
          S: {
            Type: 'Task',
            Resource: 'arn:aws:states:::states:startExecution.sync:2',
            Parameters: {
              StateMachineArn: 'arn:aws:states:eu-central-1:123456789012:stateMachine:child:1',
            },
            OutputPath: '$.Output',
            End: true,
          },
        },
      }),
    );

    const { executionId } = await start('parent');

    expect((await end(executionId)).output).toBe('"v1"');
  });

  it('the calls of mocked states are counted and answered in order', async () => {
    const { make, start, end } = await setUp();
    await make(
      'pay',
      JSON.stringify({
        StartAt: 'T',
        States: {
          T: {
            Type: 'Task',
            Resource: 'arn:aws:lambda:us-east-1:1:function:none',
            Catch: [{ ErrorEquals: ['Busy'], Next: 'T' }],
            End: true,
          },
        },
      }),
    );
    const response = readMockedResponse(
      'r',
      { '0': { Throw: { Error: 'Busy', Cause: 'c' } }, '1': { Return: { ok: true } } },
      'r',
      [],
    );

    const { executionId } = await start('pay', {
      mockCase: encodeMockCase(new Map([['T', response]])),
    });

    expect(await end(executionId)).toMatchObject({ status: 'SUCCEEDED', output: '{"ok":true}' });
  });
});

describe('stops and redrives', () => {
  it('a stop ends an execution with its error and cause, and without a gap in its history', async () => {
    const { asleep, context, make, start, end } = await setUp();
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
    const { context, faults, make, start, end } = await setUp();
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

describe('map runs', () => {
  it('a map run is described with its executions and items', async () => {
    const { context, make, start, end } = await setUp();
    await make(
      'fan',
      JSON.stringify({
        StartAt: 'M',
        States: {
          M: {
            Type: 'Map',
            Label: 'Lines',
            ItemBatcher: { MaxItemsPerBatch: 2 },
            ItemProcessor: {
              ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
              StartAt: 'P',
              States: { P: { Type: 'Pass', End: true } },
            },
            End: true,
          },
        },
      }),
    );

    const { executionId, arn } = await start('fan', { input: '[1,2,3]' });
    await end(executionId);
    const runs = await listMapRuns(context, executionId, { limit: 10 });
    const [run] = runs.entries;
    const described = await describeMapRun(context, run?.batchId ?? '');

    expect(described).toMatchObject({
      parentArn: arn,
      run: { status: 'SUCCEEDED', machineId: 'fan/Lines' },
      itemCounts: { total: 3, succeeded: 3, failed: 0 },
      executionCounts: { total: 2, succeeded: 2, running: 0 },
    });
    const children = await listExecutionsByStart(
      context,
      { batchId: run?.batchId ?? '' },
      { limit: 10 },
    );
    expect(children.entries.map(({ itemCount }) => itemCount)).toEqual([1, 2]);
  });
});
