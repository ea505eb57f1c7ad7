/** Executions of EXPRESS machines: in memory, one write, restarted after a loss. */
import { describe, expect, it } from 'vitest';
import type { Checkpoint } from '../../../lib/ports/store/checkpoint-store.ts';
import type { Store } from '../../../lib/ports/store/store.ts';
import { emptyQueue, HeldHandler, oneTask, RoleHarness } from '../../support/role-harness.ts';
import { settle, until } from '../../support/signal.ts';

const twoTasks = {
  StartAt: 'Work',
  States: {
    Work: { Type: 'Task', Resource: 'work', Next: 'Later' },
    Later: { Type: 'Task', Resource: 'later', End: true },
  },
};

const waiting = (Seconds: number, rest: object = { End: true }) => ({
  StartAt: 'Wait',
  States: { Wait: { Type: 'Wait', Seconds, ...rest }, ...oneTask.States },
});

const onlyWaiting = (Seconds: number) => ({
  StartAt: 'Wait',
  States: { Wait: { Type: 'Wait', Seconds, End: true } },
});

async function setUp(definition: object) {
  const commits: Checkpoint[] = [];
  const work = new HeldHandler();
  const later = new HeldHandler();
  const harness = new RoleHarness({
    handlers: { work: work.handler, later: later.handler },
    store: (real): Store => ({
      ...real,
      commit: (checkpoints) => {
        commits.push(...checkpoints);
        return real.commit(checkpoints);
      },
    }),
  });
  await harness.register(definition, 'machine', 'EXPRESS');
  return { harness, work, later, commits };
}

describe('an EXPRESS execution', () => {
  it('an EXPRESS execution writes only its end, and keeps no history', async () => {
    const { harness, work, later, commits } = await setUp(twoTasks);
    const id = await harness.record({ n: 1 });

    const outcome = harness.executor().run(await harness.claim(id));
    await until(() => work.calls.length === 1, 'the first call');
    work.answer(0, { n: 2 });
    await until(() => later.calls.length === 1, 'the second call');
    expect(commits).toEqual([]);
    later.answer(0, { n: 3 });

    expect(await outcome).toEqual({ kind: 'ended' });
    expect(commits).toHaveLength(1);
    expect(await harness.store.getExecution(id)).toMatchObject({
      status: 'SUCCEEDED',
      output: '{"n":3}',
      snapshot: null,
    });
    expect(await harness.readHistory(id)).toEqual([]);
  });

  it('an EXPRESS execution has an EXPRESS ARN, the same in every run', async () => {
    const { harness, work } = await setUp(oneTask);
    const id = await harness.record({}, { name: 'once' });

    void harness.executor().run(await harness.claim(id));
    await until(() => work.calls.length === 1, 'the call');

    expect(work.calls[0]?.context.execution.arn).toBe(
      `arn:aws:states:us-east-1:000000000000:express:machine:once:${id}`,
    );
  });

  it('an EXPRESS execution waits in memory, and continues under the same claim', async () => {
    const { harness, work, commits } = await setUp(waiting(200, { Next: 'Work' }));
    const id = await harness.record();

    const outcome = harness.executor().run(await harness.claim(id, 'w', 600_000));
    await settle();
    await harness.clock.advance(200_000);
    await until(() => work.calls.length === 1, 'the call');
    expect(commits).toEqual([]);
    work.answer(0, 'done');

    expect(await outcome).toEqual({ kind: 'ended' });
    expect(await harness.readStatus(id)).toBe('SUCCEEDED');
  });

  it('an EXPRESS execution ends TIMED_OUT after five minutes, with its handlers aborted', async () => {
    const { harness, work } = await setUp(oneTask);
    const id = await harness.record();

    const outcome = harness.executor().run(await harness.claim(id, 'w', 600_000));
    await until(() => work.calls.length === 1, 'the call');
    await harness.clock.advance(299_999);
    expect(work.calls[0]?.context.signal.aborted).toBe(false);
    await harness.clock.advance(1);

    expect(await outcome).toEqual({ kind: 'ended' });
    expect(work.calls[0]?.context.signal.aborted).toBe(true);
    expect(await harness.store.getExecution(id)).toMatchObject({
      status: 'TIMED_OUT',
      error: 'States.Timeout',
      snapshot: null,
    });
  });

  it('an EXPRESS execution whose worker was lost restarts from the beginning and calls its handlers again', async () => {
    const { harness, work, later } = await setUp(twoTasks);
    const id = await harness.record();
    void harness.executor().run(await harness.claim(id, 'dies', 1_000));
    await until(() => work.calls.length === 1, 'the first call');
    work.answer(0);
    await until(() => later.calls.length === 1, 'the second call');
    await harness.clock.advance(1_000);

    const outcome = harness.executor().run(await harness.claim(id, 'lives'));
    await until(() => work.calls.length === 2, 'the first call to be repeated');
    work.answer(1, 'again');
    await until(() => later.calls.length === 2, 'the second call to be repeated');
    later.answer(1, 'end');

    expect(await outcome).toEqual({ kind: 'ended' });
    expect(work.calls[1]?.context.idempotencyKey).toBe(work.calls[0]?.context.idempotencyKey);
    expect(await harness.store.getExecution(id)).toMatchObject({ output: '"end"', stalls: 1 });
  });

  it('an EXPRESS execution that was taken over writes nothing', async () => {
    const { harness, work } = await setUp(oneTask);
    const id = await harness.record();
    const outcome = harness.executor().run(await harness.claim(id, 'slow', 1_000));
    await until(() => work.calls.length === 1, 'the call');
    await harness.clock.advance(1_000);
    await harness.claim(id, 'fast');

    work.answer(0);

    expect(await outcome).toEqual({ kind: 'lost' });
    expect(await harness.readStatus(id)).toBe('PENDING');
  });

  it('an EXPRESS execution that fails is retried from the beginning until its retries are used up', async () => {
    const { harness, work, later } = await setUp({
      ...twoTasks,
      States: { ...twoTasks.States, Later: { Type: 'Fail', Error: 'Odd' } },
    });
    const id = await harness.record({}, { retriesMax: 1 });

    const first = harness.executor().run(await harness.claim(id));
    await until(() => work.calls.length === 1, 'the call');
    work.answer(0);
    expect(await first).toEqual({ kind: 'suspended', dueInMs: 1_000 });
    expect(await harness.readStatus(id)).toBe('PENDING_REDRIVE');
    await harness.clock.advance(1_000);
    const second = harness.executor().run(await harness.claim(id));
    await until(() => work.calls.length === 2, 'the second call');
    work.answer(1);

    expect(await second).toEqual({ kind: 'ended' });
    expect(later.calls).toEqual([]);
    const record = await harness.store.getExecution(id);
    expect(record).toMatchObject({ status: 'FAILED', error: 'Odd', attempts: 2, snapshot: null });
  });

  it('an EXPRESS execution can be aborted, although AWS’s StopExecution refuses that', async () => {
    const { harness, work } = await setUp(oneTask);
    const id = await harness.submit();
    const worker = harness.worker();
    worker.start();
    await until(() => work.calls.length === 1, 'the call');

    await harness.store.requestAbort([id]);
    await harness.pass(async () => (await harness.readStatus(id)) === 'ABORTED', 'the abort');

    expect(work.calls[0]?.context.signal.aborted).toBe(true);
    await harness.stop(worker);
  });
});

describe('a shutdown with EXPRESS executions', () => {
  it('a shutdown lets EXPRESS executions finish within the grace', async () => {
    const { harness, work, later } = await setUp(twoTasks);
    const id = await harness.submit();
    const worker = harness.worker();
    worker.start();
    await until(() => work.calls.length === 1, 'the first call');

    const stopped = harness.stop(worker);
    work.answer(0);
    await until(() => later.calls.length === 1, 'the second call');
    later.answer(0);
    await stopped;

    expect(await harness.readStatus(id)).toBe('SUCCEEDED');
    expect(await harness.depth()).toEqual(emptyQueue);
  });

  it('a shutdown releases waiting EXPRESS executions at once, and all others after the grace', async () => {
    const { harness, work } = await setUp(oneTask);
    await harness.register(onlyWaiting(60), 'waits', 'EXPRESS');
    const working = await harness.submit();
    const asleep = await harness.submit({}, { machineId: 'waits' });
    const worker = harness.worker({ graceMs: 5_000 });
    worker.start();
    await until(() => work.calls.length === 1, 'the call');
    await settle();

    await harness.stop(worker);

    expect(work.calls[0]?.context.signal.aborted).toBe(true);
    expect(await harness.depth()).toEqual({ ready: 2, delayed: 0, inFlight: 0 });
    for (const id of [working, asleep]) {
      expect(await harness.store.getExecution(id)).toMatchObject({
        status: 'PENDING',
        workerId: null,
        stalls: 0,
        attempts: 0,
      });
    }
  });
});
