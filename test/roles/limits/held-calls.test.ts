/** The time limits of calls that wait for a permit: the wait is no part of them. */
import { describe, expect, it } from 'vitest';
import { limitedExecutor, limitedWorker } from '../../support/limited-worker.ts';
import { HeldHandler, oneTask, RoleHarness } from '../../support/role-harness.ts';
import { settle, until } from '../../support/signal.ts';

const timed = (limits: object) => ({
  StartAt: 'Work',
  States: { Work: { ...oneTask.States.Work, ...limits } },
});

/** A call that has the only permit of its handler, and an execution whose call waits for it. */
async function setUp(limits: object) {
  const work = new HeldHandler();
  const harness = new RoleHarness({ handlers: { work: work.handler } });
  await harness.register(oneTask, 'untimed');
  await harness.register(timed(limits));
  const options = { handlers: { work: { concurrency: 1 } } };
  const worker = limitedWorker(harness, options, { concurrency: 2 });
  await harness.submit({}, { machineId: 'untimed' });
  worker.start();
  await until(() => work.calls.length === 1, 'the first call');
  const id = await harness.submit({});
  await harness.pass(async () => (await harness.store.getTask(id))?.state === 'waiting', 'a wait');
  return { harness, work, worker, id };
}

/** Lets the second call begin after a minute. */
async function begin({ harness, work }: Awaited<ReturnType<typeof setUp>>): Promise<void> {
  await harness.clock.advance(60_000);
  await settle();
  expect(work.calls).toHaveLength(1);
  work.answer(0);
  await harness.pass(() => work.calls.length === 2, 'the second call', 100);
}

describe('a call that waits for a limit', () => {
  it('a call that is granted its permit while its execution falls asleep is made, also when signals are announced then', async () => {
    const work = new HeldHandler();
    const atSleep: { id: string; act: () => Promise<void> } = { id: '', act: async () => {} };
    const harness = new RoleHarness({
      handlers: { work: work.handler },
      store: (real) => ({
        ...real,
        commit: async (checkpoints) => {
          const sleeps = checkpoints.some(
            ({ executionId, lease }) => executionId === atSleep.id && lease === 'release',
          );
          if (sleeps) await atSleep.act();
          return real.commit(checkpoints);
        },
      }),
    });
    await harness.register(oneTask);
    const limits = { handlers: { work: { concurrency: 1 } } };
    const { executor } = limitedExecutor(harness, limits);
    const other = limitedExecutor(harness, limits);
    const firstEnd = other.executor.run(await harness.claim(await harness.record()));
    await until(() => work.calls.length === 1, 'the first call');
    const id = await harness.record();
    atSleep.id = id;
    atSleep.act = async () => {
      await executor.takeSignals([id]);
      work.answer(0);
      await firstEnd;
      await other.permits.idle();
    };

    const outcome = await executor.run(await harness.claim(id));
    const secondEnd = executor.run(await harness.claim(id));
    await until(() => work.calls.length === 2, 'the second call');
    work.answer(1);

    expect(outcome).toEqual({ kind: 'suspended', dueInMs: 0 });
    expect(await secondEnd).toEqual({ kind: 'ended' });
  });

  it.each([
    ['TimeoutSeconds', { TimeoutSeconds: 5 }],
    ['HeartbeatSeconds', { HeartbeatSeconds: 5, TimeoutSeconds: 900 }],
  ])('%s counts from the beginning of a call, not from its wait', async (_name, limits) => {
    const world = await setUp(limits);
    const { harness, worker, id } = world;
    await begin(world);
    const begunAt = harness.clock.now();

    await harness.clock.advance(4_500);
    await settle();
    expect(await harness.readStatus(id)).toBe('RUNNING');

    await harness.pass(async () => (await harness.readStatus(id)) === 'FAILED', 'its end', 100);
    expect(harness.clock.now() - begunAt).toBeLessThanOrEqual(5_100);
    expect((await harness.store.getExecution(id))?.error).toBe('States.Timeout');
    await harness.stop(worker);
  });

  it('a call that is answered in time succeeds, however long it waited', async () => {
    const world = await setUp({ TimeoutSeconds: 5, HeartbeatSeconds: 3 });
    const { harness, work, worker, id } = world;
    await begin(world);
    await harness.clock.advance(2_000);
    work.answer(1);

    await harness.pass(async () => (await harness.readStatus(id)) === 'SUCCEEDED', 'its end');
    await harness.stop(worker);
  });

  it('a call whose limit is removed while it waits has its TimeoutSeconds again', async () => {
    const { harness, work, worker, id } = await setUp({ TimeoutSeconds: 5 });
    await harness.stop(worker);
    const next = harness.worker({ concurrency: 2 });
    const sweeper = harness.sweeper();
    for (const role of [next, sweeper]) role.start();
    await harness.pass(() => work.calls.length === 3, 'both calls');
    const begunAt = harness.clock.now();

    await harness.pass(async () => (await harness.readStatus(id)) === 'FAILED', 'its end', 100);

    expect(harness.clock.now() - begunAt).toBeLessThanOrEqual(5_100);
    work.answer(1);
    work.answer(2);
    for (const role of [next, sweeper]) await harness.stop(role);
  });

  it('the timeout of its machine goes on while a call waits', async () => {
    const work = new HeldHandler();
    const harness = new RoleHarness({ handlers: { work: work.handler } });
    await harness.register({ ...timed({ TimeoutSeconds: 5 }), TimeoutSeconds: 30 });
    await harness.register(oneTask, 'untimed');
    const worker = limitedWorker(harness, { handlers: { work: { concurrency: 1 } } });
    const sweeper = harness.sweeper();
    await harness.submit({}, { machineId: 'untimed' });
    worker.start();
    sweeper.start();
    await until(() => work.calls.length === 1, 'the first call');
    const id = await harness.submit({});

    await harness.pass(async () => (await harness.readStatus(id)) === 'TIMED_OUT', 'its end');

    expect(work.calls).toHaveLength(1);
    work.answer(0);
    await harness.stop(sweeper);
    await harness.stop(worker);
  });
});
