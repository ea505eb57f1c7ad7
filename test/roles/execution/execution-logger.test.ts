/** The execution log: committed events of STANDARD machines, all events of EXPRESS machines. */
import { describe, expect, it } from 'vitest';
import type { ExecutionLogEvent } from '../../../lib/engine/execution-log-event.ts';
import type { Store } from '../../../lib/ports/store/store.ts';
import { ExecutionLogger } from '../../../lib/roles/execution/execution-logger.ts';
import { HeldHandler, oneTask, RoleHarness } from '../../support/role-harness.ts';
import { settle, until } from '../../support/signal.ts';

async function setUp(type: 'STANDARD' | 'EXPRESS', store?: (real: Store) => Store) {
  const work = new HeldHandler();
  const harness = new RoleHarness({ handlers: { work: work.handler }, ...(store && { store }) });
  await harness.register(oneTask, 'machine', type);
  const logged: ExecutionLogEvent[] = [];
  const sink = { write: (events: readonly ExecutionLogEvent[]) => void logged.push(...events) };
  const executionLogger = new ExecutionLogger(sink, (machineId) =>
    machineId === 'machine' ? { level: 'ALL' } : {},
  );
  return { harness, work, logged, executor: harness.executor({ executionLogger }) };
}

describe('the log of a STANDARD execution', () => {
  it('the log of a STANDARD execution is its history, each event once', async () => {
    const { harness, work, logged, executor } = await setUp('STANDARD');
    const id = await harness.record();

    const outcome = executor.run(await harness.claim(id));
    await until(() => work.calls.length === 1, 'the call');
    work.answer(0);
    await outcome;

    expect(logged.map((event) => event.type)).toEqual(await harness.readEventTypes(id));
    expect(logged[0]?.execution_arn).toBe(
      `arn:aws:states:us-east-1:000000000000:execution:machine:${id}`,
    );
  });

  it('an event that was not committed is not logged', async () => {
    const refusing = (real: Store): Store => ({ ...real, commit: async () => new Set() });
    const { harness, logged, executor } = await setUp('STANDARD', refusing);
    const id = await harness.record();

    expect(await executor.run(await harness.claim(id))).toEqual({ kind: 'lost' });

    expect(logged).toEqual([]);
  });

  it('the log counts the redrives of an execution', async () => {
    const { harness, work, logged, executor } = await setUp('STANDARD');
    const id = await harness.record();
    const first = executor.run(await harness.claim(id));
    await until(() => work.calls.length === 1, 'the call');
    await harness.store.requestAbort([id]);
    executor.abort([id]);
    await first;
    await harness.store.redriveExecutions([id]);

    const second = executor.run(await harness.claim(id));
    await until(() => work.calls.length === 2, 'the second call');
    work.answer(1);
    await second;

    const counted = logged.map(({ type, redrive_count }) => [type, redrive_count]);
    expect(counted).toContainEqual(['ExecutionAborted', '0']);
    expect(counted).toContainEqual(['ExecutionRedriven', '1']);
    expect(counted.at(-1)).toEqual(['ExecutionSucceeded', '1']);
  });
});

describe('the log of an EXPRESS execution', () => {
  it('events of an EXPRESS execution are logged as they happen, because they are not stored', async () => {
    const { harness, work, logged, executor } = await setUp('EXPRESS');
    const id = await harness.record();

    const outcome = executor.run(await harness.claim(id));
    await until(() => work.calls.length === 1, 'the call');
    await settle();
    expect(logged.at(-1)?.type).toBe('LambdaFunctionStarted');
    work.answer(0);
    await outcome;

    expect(logged.at(-1)).toMatchObject({
      type: 'ExecutionSucceeded',
      execution_arn: `arn:aws:states:us-east-1:000000000000:express:machine:${id}:${id}`,
      redrive_count: '0',
    });
  });

  it('the log of an EXPRESS execution restarts when the run restarts', async () => {
    const { harness, work, logged, executor } = await setUp('EXPRESS');
    const id = await harness.record();
    void executor.run(await harness.claim(id, 'dies', 1_000));
    await until(() => work.calls.length === 1, 'the call');
    await harness.clock.advance(1_000);

    const outcome = executor.run(await harness.claim(id, 'lives'));
    await until(() => work.calls.length === 2, 'the second call');
    work.answer(1);
    await outcome;

    const starts = logged.filter(({ type }) => type === 'ExecutionStarted');
    expect(starts.map((event) => event.id)).toEqual(['1', '1']);
  });
});

describe('the log of a machine without a configuration', () => {
  it('a machine without a logging configuration logs nothing', async () => {
    const { harness, work, logged, executor } = await setUp('STANDARD');
    await harness.register(oneTask, 'silent');
    const id = await harness.record({}, { machineId: 'silent' });

    const outcome = executor.run(await harness.claim(id));
    await until(() => work.calls.length === 1, 'the call');
    work.answer(0);
    await outcome;

    expect(logged).toEqual([]);
  });
});
