/** Starts of executions: names, versions, aliases, nested and mocked ones. */
import { describe, expect, it } from 'vitest';
import { encodeMockCase } from '../../../lib/mocks/mock-case-text.ts';
import { readMockedResponse } from '../../../lib/mocks/mock-file.ts';
import { createAlias, updateAlias } from '../../../lib/operations/aliases/aliases.ts';
import { listExecutionsByStart } from '../../../lib/operations/redrive/list-by-start.ts';
import { updateStateMachine } from '../../../lib/operations/state-machines/update-state-machine.ts';
import { deleteVersion, publishVersion } from '../../../lib/operations/versions/versions.ts';
import { openMachineApp, pass, wait } from './machine-app.ts';

describe('starts', () => {
  it('a name starts a STANDARD execution once while it runs, and is taken after it', async () => {
    const { make, start, end } = await openMachineApp();
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

  it.each([
    [90, {}],
    [35, { executionNameDays: 35 }],
  ])('a name starts again %i days after its execution ended, with %o', async (expected, config) => {
    const { context, make, start, end } = await openMachineApp(config);
    await make('fast', pass(1));
    const first = await start('fast', { name: 'a' });
    await end(first.executionId);
    const { store } = context;
    const release = store.releaseName.bind(store);
    const days: number[] = [];
    const later = async (id: string, endedMs: number) => {
      days.push(endedMs / 86_400_000);
      return release(id, 0);
    };
    Object.assign(store, { releaseName: later });

    const again = await start('fast', { name: 'a' });

    expect(days).toEqual([expected]);
    expect(again.executionId).not.toBe(first.executionId);
    expect(again.arn).toBe(first.arn);
    expect((await end(again.executionId)).name).toBe('a');
  });

  it('each start of an EXPRESS machine is another execution', async () => {
    const { make, start, end } = await openMachineApp();
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
    const { context, make, start, end } = await openMachineApp();
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
    const { make, start, end } = await openMachineApp();
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
    const { make, start, end } = await openMachineApp();
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
