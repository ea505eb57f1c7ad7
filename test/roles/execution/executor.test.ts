/** The executor: how runs start, are drained, aborted, forced to end, and retried. */
import { describe, expect, it } from 'vitest';
import {
  HeldHandler,
  oneTask,
  RoleHarness,
  type RoleHarnessOptions,
} from '../../support/role-harness.ts';
import { settle, until } from '../../support/signal.ts';

const waitThenWork = {
  StartAt: 'Wait',
  States: { Wait: { Type: 'Wait', Seconds: 60, Next: 'Work' }, ...oneTask.States },
};

async function setUp(definition: object = oneTask, options: RoleHarnessOptions = {}) {
  const work = new HeldHandler();
  const harness = new RoleHarness({ handlers: { work: work.handler }, ...options });
  await harness.register(definition);
  return { harness, work, executor: harness.executor() };
}

describe('a drain', () => {
  it('a drain lets the running handler answer, starts nothing new and spends no attempt', async () => {
    const two = {
      StartAt: 'Work',
      States: {
        Work: { Type: 'Task', Resource: 'work', Next: 'Again' },
        Again: { Type: 'Task', Resource: 'work', End: true },
      },
    };
    const { harness, work, executor } = await setUp(two);
    const id = await harness.record();
    const outcome = executor.run(await harness.claim(id));
    await until(() => work.calls.length === 1, 'the call');

    executor.drain();
    await settle();
    expect(executor.runningCount).toBe(1);
    work.answer(0, 'answered');

    expect(await outcome).toEqual({ kind: 'released' });
    expect(work.calls).toHaveLength(1);
    expect(work.calls[0]?.context.signal.aborted).toBe(false);
    expect(await harness.readEventTypes(id)).toContain('LambdaFunctionSucceeded');
    expect(await harness.store.getExecution(id)).toMatchObject({
      status: 'RUNNING',
      workerId: null,
      attempts: 0,
      stalls: 0,
    });
  });

  it('an execution that is claimed during a drain is released without a call', async () => {
    const { harness, work, executor } = await setUp();
    const started = await harness.record();
    void harness.executor().run(await harness.claim(started, 'dies', 1_000));
    await until(() => work.calls.length === 1, 'the call');
    await harness.clock.advance(2_000);
    executor.drain();

    for (const id of [started, await harness.record()]) {
      expect(await executor.run(await harness.claim(id, 'drains'))).toEqual({ kind: 'released' });
    }

    expect(work.calls).toHaveLength(1);
  });

  it('an executor that resumes after a drain runs executions to their end', async () => {
    const { harness, work, executor } = await setUp();
    executor.drain();
    const id = await harness.record();
    expect(await executor.run(await harness.claim(id))).toEqual({ kind: 'released' });

    executor.resume();
    const outcome = executor.run(await harness.claim(id));
    await until(() => work.calls.length === 1, 'the call');
    work.answer(0);

    expect(await outcome).toEqual({ kind: 'ended' });
  });
});

describe('an abandoned run', () => {
  it('an abandoned run aborts its handlers, ignores their answers and releases the execution', async () => {
    const { harness, work, executor } = await setUp();
    const id = await harness.record();
    const outcome = executor.run(await harness.claim(id));
    await until(() => work.calls.length === 1, 'the call');

    executor.abandon();

    expect(await outcome).toEqual({ kind: 'released' });
    expect(work.calls[0]?.context.signal.aborted).toBe(true);
    work.answer(0, 'too late');
    await settle();
    expect(await harness.readEventTypes(id)).not.toContain('LambdaFunctionSucceeded');
    expect(await harness.store.getExecution(id)).toMatchObject({ status: 'RUNNING', attempts: 0 });
  });

  it('abandoning reaches the newer of two runs of one execution after the older has ended', async () => {
    const { harness, work, executor } = await setUp();
    const id = await harness.record();
    const older = executor.run(await harness.claim(id, 'w1', 1_000));
    await until(() => work.calls.length === 1, 'the first call');
    await harness.clock.advance(2_000);
    const newer = executor.run(await harness.claim(id, 'w2'));
    await until(() => work.calls.length === 2, 'the second call');
    work.answer(0);
    expect(await older).toEqual({ kind: 'lost' });

    executor.abandon();

    expect(await newer).toEqual({ kind: 'released' });
  });
});

describe('an abort', () => {
  it('an abort ends a running execution ABORTED, aborts its handler and archives nothing', async () => {
    const { harness, work, executor } = await setUp();
    const id = await harness.record({}, { retriesMax: 3 });
    const outcome = executor.run(await harness.claim(id));
    await until(() => work.calls.length === 1, 'the call');

    executor.abort(['another', id]);

    expect(await outcome).toEqual({ kind: 'ended' });
    expect(await harness.readStatus(id)).toBe('ABORTED');
    expect(work.calls[0]?.context.signal.aborted).toBe(true);
    expect(await harness.store.countArchive({})).toBe(0);
  });

  it('an abort that is requested during a sleep ends the execution at its next claim without calling its Task', async () => {
    const { harness, work, executor } = await setUp(waitThenWork);
    const id = await harness.record();
    await executor.run(await harness.claim(id));

    await harness.store.requestAbort([id]);
    await executor.run(await harness.claim(id));

    expect(await harness.readStatus(id)).toBe('ABORTED');
    expect(work.calls).toEqual([]);
  });

  it('an abort that is requested before a retry ends the execution ABORTED with a complete history', async () => {
    const { harness, executor } = await setUp(oneTask, {
      handlers: {
        work: () => {
          throw new Error('no luck');
        },
      },
    });
    const id = await harness.record({}, { retriesMax: 3 });
    await executor.run(await harness.claim(id));
    expect(await harness.readStatus(id)).toBe('PENDING_REDRIVE');

    await harness.store.requestAbort([id]);
    await executor.run(await harness.claim(id));

    expect(await harness.readStatus(id)).toBe('ABORTED');
    expect((await harness.readEventTypes(id)).slice(-3)).toEqual([
      'ExecutionFailed',
      'ExecutionRedriven',
      'ExecutionAborted',
    ]);
  });
});

describe('a forced end', () => {
  it('a forced end fails an execution with the given error, and archives it', async () => {
    const { harness, work, executor } = await setUp();
    const id = await harness.record({}, { retriesMax: 5 });

    const end = { error: 'Millrace.DeadLettered', cause: 'maxReceiveCount' };
    const outcome = await executor.run(await harness.claim(id), end);

    expect(outcome).toEqual({ kind: 'ended' });
    expect(work.calls).toEqual([]);
    expect(await harness.store.getExecution(id)).toMatchObject({ status: 'FAILED', ...end });
    expect(await harness.store.countArchive({ error: end.error })).toBe(1);
  });

  it('an unreadable item fails with its problem, and again after a redrive', async () => {
    const pass = { StartAt: 'Fine', States: { Fine: { Type: 'Pass', End: true } } };
    const { harness, executor } = await setUp(pass);
    const problem = 'row 7: expected 14 fields, found 3';
    const id = await harness.record(null, { problem, retriesMax: 5 });
    const failed = { status: 'FAILED', error: 'Millrace.InvalidItem', cause: problem };

    await executor.run(await harness.claim(id));
    expect(await harness.store.getExecution(id)).toMatchObject(failed);
    await harness.store.redriveArchived({}, 10);
    await executor.run(await harness.claim(id));

    expect(await harness.store.getExecution(id)).toMatchObject(failed);
    expect(await harness.store.countArchive({ error: 'Millrace.InvalidItem' })).toBe(1);
    expect(await harness.readEventTypes(id)).not.toContain('PassStateEntered');
  });
});

describe('an executor', () => {
  it('an executor receives the signals of its executions until it is closed', async () => {
    const { harness, executor } = await setUp();
    const asked: (readonly string[])[] = [];
    const receiver = Object.assign(executor, {
      takeSignals: async (ids: readonly string[]) => void asked.push(ids),
    });
    const notify = () => harness.signalRouter.notify({ wakeups: [], held: ['e1'] });

    await notify();
    receiver.close();
    await notify();

    expect(asked).toEqual([['e1']]);
  });
});

describe('an unknown handler', () => {
  it('an unknown handler fails its state with its name and never echoes the input', async () => {
    const { harness, executor } = await setUp(oneTask, { handlers: { wrok: () => ({}) } });
    const id = await harness.record({ echo: 'me' }, { retriesMax: 3 });

    await executor.run(await harness.claim(id));

    const record = await harness.store.getExecution(id);
    expect(record).toMatchObject({ status: 'FAILED', error: 'Millrace.UnknownHandler' });
    expect(record?.output).toBeNull();
    expect(record?.cause).toContain("no handler is named 'work'");
    expect(record?.cause).toContain('known: wrok');
  });
});

describe('retries of an execution', () => {
  const flakySecond = {
    StartAt: 'First',
    States: {
      First: { Type: 'Task', Resource: 'first', ResultPath: '$.first', Next: 'Second' },
      Second: { Type: 'Task', Resource: 'second', ResultPath: '$.second', End: true },
    },
  };

  function flaky(failures: number) {
    const calls: string[] = [];
    const handlers = {
      first: () => {
        calls.push('first');
        return 1;
      },
      second: () => {
        calls.push('second');
        if (calls.filter((call) => call === 'second').length > failures) return 2;
        throw Object.assign(new Error('not yet'), { name: 'Flaky' });
      },
    };
    return { calls, handlers };
  }

  it('a retry starts at the state that failed, and does not repeat states that succeeded', async () => {
    const { calls, handlers } = flaky(2);
    const { harness, executor } = await setUp(flakySecond, { handlers });
    const id = await harness.record({ n: 1 }, { retriesMax: 3 });

    for (let attempt = 0; attempt < 3; attempt += 1) {
      await executor.run(await harness.claim(id));
      await harness.clock.advance(1_000);
    }

    expect(calls).toEqual(['first', 'second', 'second', 'second']);
    expect(await harness.store.getExecution(id)).toMatchObject({
      status: 'SUCCEEDED',
      attempts: 2,
      output: '{"n":1,"first":1,"second":2}',
    });
    const types = await harness.readEventTypes(id);
    expect(types.filter((type) => type === 'ExecutionRedriven')).toHaveLength(2);
    expect(await harness.store.countArchive({})).toBe(0);
  });

  it('a retry waits as a row with a due time, however long, and holds nothing meanwhile', async () => {
    const { handlers } = flaky(9);
    const { harness } = await setUp(flakySecond, { handlers });
    const executor = harness.executor({ retryDelay: () => 3_600_000 });
    const id = await harness.record({}, { retriesMax: 3 });

    expect(await executor.run(await harness.claim(id))).toEqual({
      kind: 'suspended',
      dueInMs: 3_600_000,
    });

    expect(executor.runningCount).toBe(0);
    const record = await harness.store.getExecution(id);
    expect(record).toMatchObject({ status: 'PENDING_REDRIVE', workerId: null, attempts: 1 });
    expect(record?.dueAt).toBe(harness.clock.now() + 3_600_000);
    // No broker holds a delay of an hour: the sweeper sends the task when it is due.
    expect(await harness.store.wakeDue(10)).toEqual([]);
    await harness.clock.advance(3_600_000);
    expect(await harness.store.wakeDue(10)).toMatchObject([{ executionId: id }]);
  });

  it('an execution whose retries are used up is archived with the reason', async () => {
    const { calls, handlers } = flaky(9);
    const { harness, executor } = await setUp(flakySecond, { handlers });
    const id = await harness.record({}, { retriesMax: 2 });

    for (let attempt = 0; attempt < 3; attempt += 1) {
      await executor.run(await harness.claim(id));
      await harness.clock.advance(1_000);
    }

    expect(calls.filter((call) => call === 'second')).toHaveLength(3);
    const { entries } = await harness.store.listArchive({}, { limit: 10 });
    expect(entries).toMatchObject([
      { executionId: id, error: 'Flaky', attempts: 3, reason: 'failed 3 of 3 times, last: Flaky' },
    ]);
  });

  it('an error that the app declares not retryable is not retried', async () => {
    const { calls, handlers } = flaky(9);
    const { harness } = await setUp(flakySecond, { handlers });
    const executor = harness.executor({
      nonRetryable: (machineId) => new Set(machineId === 'machine' ? ['Flaky'] : []),
    });
    const id = await harness.record({}, { retriesMax: 9 });

    expect(await executor.run(await harness.claim(id))).toEqual({ kind: 'ended' });

    expect(calls).toEqual(['first', 'second']);
    const { entries } = await harness.store.listArchive({}, { limit: 10 });
    expect(entries).toMatchObject([{ executionId: id, reason: 'Flaky is not retryable' }]);
  });

  it('a redrive from the archive runs the execution again and resets its attempts', async () => {
    const { calls, handlers } = flaky(1);
    const { harness, executor } = await setUp(flakySecond, { handlers });
    const id = await harness.record({}, { retriesMax: 0 });
    await executor.run(await harness.claim(id));
    expect(await harness.store.countArchive({})).toBe(1);

    await harness.store.redriveArchived({ machineId: 'machine' }, 10);
    await executor.run(await harness.claim(id));

    expect(calls).toEqual(['first', 'second', 'second']);
    expect(await harness.store.getExecution(id)).toMatchObject({
      status: 'SUCCEEDED',
      attempts: 0,
    });
    expect(await harness.store.countArchive({})).toBe(0);
  });
});
