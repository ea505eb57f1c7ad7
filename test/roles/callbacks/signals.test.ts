/** How executions receive signals, and what external answers do to them. */
import { describe, expect, it } from 'vitest';
import type { Handlers } from '../../../lib/drivers/handlers/handler.ts';
import type { UntimedEvent } from '../../../lib/engine/event.ts';
import { encodeReplyTo } from '../../../lib/roles/callbacks/reply.ts';
import { encodeSignal } from '../../../lib/roles/callbacks/signal-event.ts';
import { HeldHandler, RoleHarness } from '../../support/role-harness.ts';
import { until } from '../../support/signal.ts';

/** A Task that waits for an external answer, at most a minute. */
const askAndWait = {
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
  Parameters: { FunctionName: 'ask', 'Payload.$': '$' },
  TimeoutSeconds: 60,
  End: true,
};
const oneQuestion = { StartAt: 'Ask', States: { Ask: askAndWait } };
/** The same Task next to a branch that calls a handler. */
const questionBesideWork = {
  StartAt: 'Both',
  States: {
    Both: {
      Type: 'Parallel',
      Branches: [
        oneQuestion,
        { StartAt: 'Work', States: { Work: { Type: 'Task', Resource: 'work', End: true } } },
      ],
      End: true,
    },
  },
};

async function setUp(definition: object, handlers: Handlers) {
  const harness = new RoleHarness({ handlers });
  await harness.register(definition);
  return harness;
}

const signalTo = (executionId: string, event: UntimedEvent) => [
  { executionId, event: encodeSignal(event) },
];

const answered = (executionId: string, command = '2:0') =>
  signalTo(executionId, { type: 'commandSucceeded', command, result: 'yes' });

async function readOutput(harness: RoleHarness, id: string): Promise<unknown> {
  const output = (await harness.store.getExecution(id))?.output;
  return typeof output === 'string' ? JSON.parse(output) : output;
}

describe('an external answer', () => {
  it('an external answer wakes the execution that waits for it', async () => {
    const harness = await setUp(oneQuestion, { ask: () => 'asked' });
    const worker = harness.worker();
    worker.start();
    const id = await harness.submit();
    await harness.pass(() => isAsleep(harness, id), 'the sleep');

    await harness.signalRouter.send(answered(id));
    await harness.pass(async () => (await harness.readStatus(id)) === 'SUCCEEDED', 'the end');

    expect(await readOutput(harness, id)).toBe('yes');
    expect(await harness.readEventTypes(id)).toEqual([
      'ExecutionStarted',
      'TaskStateEntered',
      'TaskScheduled',
      'TaskStarted',
      'TaskSubmitted',
      'TaskSucceeded',
      'TaskStateExited',
      'ExecutionSucceeded',
    ]);
    await harness.stop(worker);
  });

  it('an answer that arrives while its execution is put to sleep wakes it without the sweeper', async () => {
    let answer: (() => Promise<unknown>) | null = null;
    const harness = new RoleHarness({
      handlers: { ask: () => 'asked' },
      store: (real) => ({
        ...real,
        commit: async (checkpoints) => {
          const sleeps = checkpoints.some(({ lease, status }) => {
            return lease === 'release' && status === 'RUNNING';
          });
          if (sleeps) await answer?.();
          return await real.commit(checkpoints);
        },
      }),
    });
    await harness.register(oneQuestion);
    const worker = harness.worker();
    worker.start();
    const id = await harness.record();
    answer = () => harness.signalRouter.send(answered(id));
    await harness.dispatcher.dispatch([{ executionId: id, queue: 'default', batchId: null }]);

    await harness.pass(async () => (await harness.readStatus(id)) === 'SUCCEEDED', 'the end');

    expect(await readOutput(harness, id)).toBe('yes');
    await harness.stop(worker);
  });

  it('an external answer aborts the handler that has not returned yet', async () => {
    const ask = new HeldHandler();
    const harness = await setUp(oneQuestion, { ask: ask.handler });
    const id = await harness.record();
    const outcome = harness.executor().run(await harness.claim(id));
    await until(() => ask.calls.length === 1, 'the question');

    await harness.signalRouter.send(answered(id));

    expect(await outcome).toEqual({ kind: 'ended' });
    expect(ask.calls[0]?.context.signal.aborted).toBe(true);
    ask.answer(0);
    expect(await readOutput(harness, id)).toBe('yes');
  });

  it('an execution that was answered does not wait for the handler that is no longer needed', async () => {
    const ask = new HeldHandler();
    const later = { Type: 'Wait', Seconds: 3_600, End: true };
    const harness = await setUp(
      { StartAt: 'Ask', States: { Ask: { ...askAndWait, End: undefined, Next: 'W' }, W: later } },
      { ask: ask.handler },
    );
    const id = await harness.record();
    const outcome = harness.executor().run(await harness.claim(id));
    await until(() => ask.calls.length === 1, 'the question');

    await harness.signalRouter.send(answered(id));

    expect(await outcome).toEqual({ kind: 'suspended', dueInMs: 3_600_000 });
  });

  it('a handler is not called again when its external answer came before the crash', async () => {
    const ask = new HeldHandler();
    const harness = await setUp(oneQuestion, { ask: ask.handler });
    const id = await harness.record();
    const executor = harness.executor();
    void executor.run(await harness.claim(id, 'crashes'));
    await until(() => ask.calls.length === 1, 'the question');
    await harness.store.endLease('crashes');
    await harness.store.sendSignals(answered(id), true);

    const outcome = await harness.executor().run(await harness.claim(id, 'follows'));

    expect(outcome).toEqual({ kind: 'ended' });
    expect(ask.calls).toHaveLength(1);
  });

  it('an external answer that came in time wins over a timeout that is due when it is seen', async () => {
    const harness = await setUp(oneQuestion, { ask: () => 'asked' });
    const id = await harness.record();
    await harness.executor().run(await harness.claim(id));
    await harness.store.sendSignals(answered(id), true);
    await harness.clock.advance(120_000);

    await harness.executor().run(await harness.claim(id));

    expect(await harness.readStatus(id)).toBe('SUCCEEDED');
  });

  it('an abandoned run leaves an external answer in the inbox', async () => {
    const work = new HeldHandler();
    const harness = await setUp(questionBesideWork, { ask: () => 'asked', work: work.handler });
    const id = await harness.record();
    const executor = harness.executor();
    const outcome = executor.run(await harness.claim(id));
    await until(() => work.calls.length === 1, 'the work');
    await harness.store.sendSignals(answered(id, '4:0'), true);

    executor.abandon();
    await executor.takeSignals([id]);

    expect(await outcome).toEqual({ kind: 'released' });
    expect((await harness.store.readSignals([id])).get(id)).toHaveLength(1);
  });

  it('an external answer to a closed command is removed, and changes nothing', async () => {
    const harness = await setUp(oneQuestion, { ask: () => 'asked' });
    const id = await harness.record();
    await harness.executor().run(await harness.claim(id));
    const before = await harness.readEventTypes(id);
    await harness.store.sendSignals(answered(id, '7:3'), true);

    const outcome = await harness.executor().run(await harness.claim(id));

    expect(outcome).toMatchObject({ kind: 'suspended' });
    expect(await harness.readEventTypes(id)).toEqual(before);
    expect(await harness.store.readSignals([id])).toEqual(new Map());
  });
});

describe('signals during a run', () => {
  it('a run receives a signal of another process with the next heartbeat', async () => {
    const work = new HeldHandler();
    const harness = await setUp(questionBesideWork, { ask: () => 'asked', work: work.handler });
    const worker = harness.worker({ leaseMs: 9_000 });
    worker.start();
    const id = await harness.submit();
    await harness.pass(() => work.calls.length === 1, 'the work');

    await harness.store.sendSignals(answered(id, '4:0'), true);
    await harness.pass(
      async () => (await harness.readEventTypes(id)).includes('TaskSucceeded'),
      'the answer',
    );

    expect(await harness.readStatus(id)).toBe('RUNNING');
    work.answer(0, 'worked');
    await harness.pass(async () => (await harness.readStatus(id)) === 'SUCCEEDED', 'the end');
    expect(await readOutput(harness, id)).toEqual(['yes', 'worked']);
    await harness.stop(worker);
  });

  it('an external heartbeat extends the heartbeat timeout, which expires without further ones', async () => {
    const beating = { ...askAndWait, TimeoutSeconds: 600, HeartbeatSeconds: 10 };
    const harness = await setUp(
      { StartAt: 'Ask', States: { Ask: beating } },
      { ask: () => 'asked' },
    );
    const id = await harness.record();
    const go = async () => harness.executor().run(await harness.claim(id));
    await go();

    await harness.clock.advance(9_000);
    await harness.signalRouter.send(signalTo(id, { type: 'heartbeatReceived', command: '2:0' }));
    expect(await go()).toEqual({ kind: 'suspended', dueInMs: 10_000 });
    await harness.clock.advance(10_000);
    await go();

    expect(await harness.readStatus(id)).toBe('FAILED');
    expect(await harness.readEventTypes(id)).toContain('TaskTimedOut');
  });
});

describe('the end of a child that its parent waits for', () => {
  const child = {
    good: { StartAt: 'P', States: { P: { Type: 'Pass', End: true } } },
    bad: { StartAt: 'F', States: { F: { Type: 'Fail', Error: 'Bad', Cause: 'so it is' } } },
  };

  /** Records a parent that waits for an answer, and its child of the machine `kind`. */
  async function recordFamily(kind: keyof typeof child, retriesMax = 0) {
    const harness = await setUp(oneQuestion, { ask: () => 'asked' });
    await harness.register(child[kind], kind);
    const parent = await harness.record();
    await harness.executor().run(await harness.claim(parent));
    const replyTo = encodeReplyTo({ executionId: parent, command: '2:0', form: 'sync:2' });
    const id = await harness.record({ n: 1 }, { machineId: kind, replyTo, retriesMax });
    return { harness, parent, id };
  }

  async function resume(harness: RoleHarness, id: string) {
    return harness.executor().run(await harness.claim(id));
  }

  it('a child that succeeds answers its parent with its output', async () => {
    const { harness, parent, id } = await recordFamily('good');

    await resume(harness, id);
    await resume(harness, parent);

    expect(await readOutput(harness, parent)).toMatchObject({
      Status: 'SUCCEEDED',
      Output: { n: 1 },
    });
  });

  it('a child that fails answers its parent with a failure', async () => {
    const { harness, parent, id } = await recordFamily('bad');

    await resume(harness, id);
    await resume(harness, parent);

    expect(await harness.store.getExecution(parent)).toMatchObject({
      status: 'FAILED',
      error: 'States.TaskFailed',
      cause: expect.stringContaining('"Error":"Bad"'),
    });
  });

  it('a child that is aborted answers its parent', async () => {
    const { harness, parent, id } = await recordFamily('good');
    await harness.store.requestAbort([id]);

    await resume(harness, id);
    await resume(harness, parent);

    expect((await harness.store.getExecution(parent))?.cause).toContain('"Status":"ABORTED"');
  });

  it('a child that will be retried does not answer yet', async () => {
    const { harness, parent, id } = await recordFamily('bad', 1);

    await resume(harness, id);
    expect((await harness.store.claim('w', 30_000, [parent])).claimed).toEqual([]);
    await harness.clock.advance(60_000);
    await resume(harness, id);

    await resume(harness, parent);
    expect(await harness.readStatus(parent)).toBe('FAILED');
  });

  it('the sweeper notifies the parent when the process of the child crashed before it could', async () => {
    const { harness, parent, id } = await recordFamily('good');
    const signalRouter = {
      addReceiver() {},
      removeReceiver() {},
      deliverNotices: () => new Promise<void>(() => {}),
    };
    void harness.executor({ signalRouter }).run(await harness.claim(id));
    await harness.pass(async () => (await harness.readStatus(id)) === 'SUCCEEDED', 'the end');
    const worker = harness.worker();
    const sweeper = harness.sweeper();

    worker.start();
    sweeper.start();
    await harness.pass(
      async () => (await harness.readStatus(parent)) === 'SUCCEEDED',
      'the answer',
    );

    await harness.stop(worker);
    await harness.stop(sweeper);
  });
});

/** Whether the execution sleeps, and no worker holds it. */
async function isAsleep(harness: RoleHarness, id: string): Promise<boolean> {
  const record = await harness.store.getExecution(id);
  return record?.status === 'RUNNING' && record.workerId === null;
}
