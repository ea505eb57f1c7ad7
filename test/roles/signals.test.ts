/** How a run comes to see what outsiders said, and what an answer from outside does to it. */
import { describe, expect, it } from 'vitest';
import type { Handlers } from '../../lib/drivers/handlers/handler.ts';
import type { UntimedEvent } from '../../lib/roles/answer-events.ts';
import { encodeReplyTo } from '../../lib/roles/reply.ts';
import { encodeSignal } from '../../lib/roles/signal-event.ts';
import { HeldHandler, RoleWorld } from '../support/role-world.ts';
import { until } from '../support/signal.ts';

/** Waits for an answer from outside, at most a minute. */
const askAndWait = {
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
  Parameters: { FunctionName: 'ask', 'Payload.$': '$' },
  TimeoutSeconds: 60,
  End: true,
};
const oneQuestion = { StartAt: 'Ask', States: { Ask: askAndWait } };
/** The same beside a branch that works. */
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
  const world = new RoleWorld({ handlers });
  await world.register(definition);
  return world;
}

const signalTo = (executionId: string, event: UntimedEvent) => [
  { executionId, event: encodeSignal(event) },
];

const answered = (executionId: string, command = '2:0') =>
  signalTo(executionId, { type: 'commandSucceeded', command, result: 'yes' });

async function outputOf(world: RoleWorld, id: string): Promise<unknown> {
  const output = (await world.store.getExecution(id))?.output;
  return typeof output === 'string' ? JSON.parse(output) : output;
}

describe('an answer from outside', () => {
  it('wakes the execution that sleeps for it', async () => {
    const world = await setUp(oneQuestion, { ask: () => 'asked' });
    const worker = world.worker();
    worker.start();
    const id = await world.submit();
    await world.pass(() => isAsleep(world, id), 'the sleep');

    await world.courier.send(answered(id));
    await world.pass(async () => (await world.statusOf(id)) === 'SUCCEEDED', 'the end');

    expect(await outputOf(world, id)).toBe('yes');
    expect(await world.typesOf(id)).toEqual([
      ...['ExecutionStarted', 'TaskStateEntered', 'TaskScheduled', 'TaskStarted'],
      ...['TaskSubmitted', 'TaskSucceeded', 'TaskStateExited', 'ExecutionSucceeded'],
    ]);
    await world.stop(worker);
  });

  it('counts before the handler that was asked has returned, which is aborted then', async () => {
    const ask = new HeldHandler();
    const world = await setUp(oneQuestion, { ask: ask.handler });
    const id = await world.record();
    const outcome = world.executor().run(await world.claim(id));
    await until(() => ask.calls.length === 1, 'the question');

    await world.courier.send(answered(id));

    expect(await outcome).toEqual({ kind: 'ended' });
    expect(ask.calls[0]?.context.signal.aborted).toBe(true);
    ask.answer(0);
    expect(await outputOf(world, id)).toBe('yes');
  });

  it('lets the execution sleep on, not wait for the handler that it made needless', async () => {
    const ask = new HeldHandler();
    const later = { Type: 'Wait', Seconds: 3_600, End: true };
    const world = await setUp(
      { StartAt: 'Ask', States: { Ask: { ...askAndWait, End: undefined, Next: 'W' }, W: later } },
      { ask: ask.handler },
    );
    const id = await world.record();
    const outcome = world.executor().run(await world.claim(id));
    await until(() => ask.calls.length === 1, 'the question');

    await world.courier.send(answered(id));

    expect(await outcome).toEqual({ kind: 'suspended', dueInMs: 3_600_000 });
  });

  it('that came before a crash was recorded is not asked for again', async () => {
    const ask = new HeldHandler();
    const world = await setUp(oneQuestion, { ask: ask.handler });
    const id = await world.record();
    const executor = world.executor();
    void executor.run(await world.claim(id, 'crashes'));
    await until(() => ask.calls.length === 1, 'the question');
    await world.store.endLease('crashes');
    await world.store.signal(answered(id), true);

    const outcome = await world.executor().run(await world.claim(id, 'follows'));

    expect(outcome).toEqual({ kind: 'ended' });
    expect(ask.calls).toHaveLength(1);
  });

  it('that came in time wins over the time-out that is due when it is seen', async () => {
    const world = await setUp(oneQuestion, { ask: () => 'asked' });
    const id = await world.record();
    await world.executor().run(await world.claim(id));
    await world.store.signal(answered(id), true);
    await world.clock.advance(120_000);

    await world.executor().run(await world.claim(id));

    expect(await world.statusOf(id)).toBe('SUCCEEDED');
  }); // W18

  it('is kept by a run that is abandoned', async () => {
    const work = new HeldHandler();
    const world = await setUp(questionBesideWork, { ask: () => 'asked', work: work.handler });
    const id = await world.record();
    const executor = world.executor();
    const outcome = executor.run(await world.claim(id));
    await until(() => work.calls.length === 1, 'the work');
    await world.store.signal(answered(id, '4:0'), true);

    executor.abandon();
    await executor.takeSignals([id]);

    expect(await outcome).toEqual({ kind: 'released' });
    expect((await world.store.readSignals([id])).get(id)).toHaveLength(1);
  });

  it('to a command that is over is seen, and changes nothing', async () => {
    const world = await setUp(oneQuestion, { ask: () => 'asked' });
    const id = await world.record();
    await world.executor().run(await world.claim(id));
    const before = await world.typesOf(id);
    await world.store.signal(answered(id, '7:3'), true);

    const outcome = await world.executor().run(await world.claim(id));

    expect(outcome).toMatchObject({ kind: 'suspended' });
    expect(await world.typesOf(id)).toEqual(before);
    expect(await world.store.readSignals([id])).toEqual(new Map());
  });
});

describe('a run that goes on', () => {
  it('sees a signal of another process with the next heartbeat', async () => {
    const work = new HeldHandler();
    const world = await setUp(questionBesideWork, { ask: () => 'asked', work: work.handler });
    const worker = world.worker({ leaseMs: 9_000 });
    worker.start();
    const id = await world.submit();
    await world.pass(() => work.calls.length === 1, 'the work');

    await world.store.signal(answered(id, '4:0'), true);
    await world.pass(async () => (await world.typesOf(id)).includes('TaskSucceeded'), 'the answer');

    expect(await world.statusOf(id)).toBe('RUNNING');
    work.answer(0, 'worked');
    await world.pass(async () => (await world.statusOf(id)) === 'SUCCEEDED', 'the end');
    expect(await outputOf(world, id)).toEqual(['yes', 'worked']);
    await world.stop(worker);
  });

  it('keeps a heartbeat from outside, and times out when none comes any more', async () => {
    const beating = { ...askAndWait, TimeoutSeconds: 600, HeartbeatSeconds: 10 };
    const world = await setUp({ StartAt: 'Ask', States: { Ask: beating } }, { ask: () => 'asked' });
    const id = await world.record();
    const go = async () => world.executor().run(await world.claim(id));
    await go();

    await world.clock.advance(9_000);
    await world.courier.send(signalTo(id, { type: 'heartbeatReceived', command: '2:0' }));
    expect(await go()).toEqual({ kind: 'suspended', dueInMs: 10_000 });
    await world.clock.advance(10_000);
    await go();

    expect(await world.statusOf(id)).toBe('FAILED');
    expect(await world.typesOf(id)).toContain('TaskTimedOut');
  });
});

describe('the end of an execution that somebody waits for', () => {
  const child = {
    good: { StartAt: 'P', States: { P: { Type: 'Pass', End: true } } },
    bad: { StartAt: 'F', States: { F: { Type: 'Fail', Error: 'Bad', Cause: 'so it is' } } },
  };

  /** A parent that sleeps for an answer, and its child of the machine `kind`, recorded. */
  async function family(kind: keyof typeof child, retriesMax = 0) {
    const world = await setUp(oneQuestion, { ask: () => 'asked' });
    await world.register(child[kind], kind);
    const parent = await world.record();
    await world.executor().run(await world.claim(parent));
    const replyTo = encodeReplyTo({ executionId: parent, command: '2:0', form: 'sync:2' });
    const id = await world.record({ n: 1 }, { machineId: kind, replyTo, retriesMax });
    return { world, parent, id };
  }

  async function goOn(world: RoleWorld, id: string) {
    return world.executor().run(await world.claim(id));
  }

  it('answers with its output, and the parent goes on', async () => {
    const { world, parent, id } = await family('good');

    await goOn(world, id);
    await goOn(world, parent);

    expect(await outputOf(world, parent)).toMatchObject({ Status: 'SUCCEEDED', Output: { n: 1 } });
  });

  it('answers a failure when it fails', async () => {
    const { world, parent, id } = await family('bad');

    await goOn(world, id);
    await goOn(world, parent);

    expect(await world.store.getExecution(parent)).toMatchObject({
      ...{ status: 'FAILED', error: 'States.TaskFailed' },
      cause: expect.stringContaining('"Error":"Bad"'),
    });
  });

  it('answers when it is aborted from outside', async () => {
    const { world, parent, id } = await family('good');
    await world.store.requestAbort([id]);

    await goOn(world, id);
    await goOn(world, parent);

    expect((await world.store.getExecution(parent))?.cause).toContain('"Status":"ABORTED"');
  });

  it('does not answer while it is only put off to be tried again', async () => {
    const { world, parent, id } = await family('bad', 1);

    await goOn(world, id);
    expect((await world.store.claim('w', 30_000, [parent])).claimed).toEqual([]);
    await world.clock.advance(60_000);
    await goOn(world, id);

    await goOn(world, parent);
    expect(await world.statusOf(parent)).toBe('FAILED');
  });

  it('is told by the sweep when the process dies before it tells', async () => {
    const { world, parent, id } = await family('good');
    const courier = { attend() {}, leave() {}, deliver: () => new Promise<void>(() => {}) };
    void world.executor({ courier }).run(await world.claim(id));
    await world.pass(async () => (await world.statusOf(id)) === 'SUCCEEDED', 'the end');
    const worker = world.worker();
    const sweeper = world.sweeper();

    worker.start();
    sweeper.start();
    await world.pass(async () => (await world.statusOf(parent)) === 'SUCCEEDED', 'the answer');

    await world.stop(worker);
    await world.stop(sweeper);
  });
});

/** Whether the execution waits for a signal, held by nobody. */
async function isAsleep(world: RoleWorld, id: string): Promise<boolean> {
  const record = await world.store.getExecution(id);
  return record?.status === 'RUNNING' && record.workerId === null;
}
