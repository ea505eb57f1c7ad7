/**
 * Calls that take effect though their caller is told that they failed: nobody may be left behind.
 */
import { describe, expect, it } from 'vitest';
import type { Store } from '../../lib/ports/store.ts';
import { LocalRunner } from '../../lib/roles/local-runner.ts';
import { HeldHandler, oneTask, RoleWorld, unavailable } from '../support/role-world.ts';
import { until } from '../support/signal.ts';

async function setUp(store: (real: Store) => Store) {
  const work = new HeldHandler();
  const world = new RoleWorld({ handlers: { work: work.handler }, store });
  await world.register(oneTask);
  return { world, work };
}

describe('a claim whose answer is lost', () => {
  it('is repeated by its worker, which then runs what it holds and counts no stall', async () => {
    let lost = 0;
    const { world, work } = await setUp((real) => ({
      ...real,
      claim: async (...given) => {
        const result = await real.claim(...given);
        lost += 1;
        if (lost <= 2) throw unavailable();
        return result;
      },
    }));
    const id = await world.submit();
    const worker = world.worker();
    worker.start();

    await world.pass(() => work.calls.length === 1, 'the call', 50, 10);
    work.answer(0);
    await world.pass(async () => (await world.statusOf(id)) === 'SUCCEEDED', 'the end');
    await world.stop(worker);

    expect(await world.store.getExecution(id)).toMatchObject({ stalls: 0, fence: 3 });
  });
});

describe('a second message for what a worker runs', () => {
  it('does not take the execution from that same worker', async () => {
    const { world, work } = await setUp((real) => real);
    const id = await world.submit();
    const worker = world.worker();
    worker.start();
    await world.pass(() => work.calls.length === 1, 'the call');

    await world.dispatcher.dispatch([{ executionId: id, queue: 'default', batchId: null }]);
    await world.clock.advance(120_000);
    work.answer(0);
    await world.pass(async () => (await world.statusOf(id)) === 'SUCCEEDED', 'the end');
    await world.stop(worker);

    expect(work.calls).toHaveLength(1);
    expect(await world.store.getExecution(id)).toMatchObject({ stalls: 0, fence: 1 });
  });

  it('is no second run of a local runner that is asked twice', async () => {
    const { world, work } = await setUp((real) => real);
    const id = await world.record();
    const runner = new LocalRunner({ ...world, executor: world.executor() });
    const ends = [runner.runToEnd(id), runner.runToEnd(id)];
    await until(() => work.calls.length === 1, 'the call');

    await world.clock.advance(10_000);
    work.answer(0);
    let ended = false;
    void Promise.all(ends).then(() => {
      ended = true;
    });
    await world.pass(() => ended, 'both ends');

    expect(work.calls).toHaveLength(1);
    expect(await world.store.getExecution(id)).toMatchObject({ fence: 1, status: 'SUCCEEDED' });
  });
});

describe('a checkpoint whose answer is lost until the patience is over', () => {
  it('is not overwritten by the one before it, and another worker goes on from it', async () => {
    let down = false;
    const { world, work } = await setUp((real) => ({
      ...real,
      commit: async (checkpoints) => {
        if (down) throw unavailable();
        const written = await real.commit(checkpoints);
        down = checkpoints.some(({ events }) => events?.includes('Scheduled'));
        if (down) throw unavailable();
        return written;
      },
    }));
    const id = await world.submit();
    const worker = world.worker();
    const sweeper = world.sweeper();
    worker.start();
    sweeper.start();
    await world.pass(() => down, 'the loss');
    const written = (await world.store.getExecution(id))?.snapshot;
    await world.clock.advance(35_000);
    expect((await world.store.getExecution(id))?.snapshot).toBe(written);

    down = false;
    await world.pass(() => work.calls.length === 1, 'the call');
    work.answer(0);
    await world.pass(async () => (await world.statusOf(id)) === 'SUCCEEDED', 'the end');
    await world.stop(worker);
    await world.stop(sweeper);

    const ids = (await world.historyOf(id)).map((event) => event.id);
    expect(ids).toEqual(ids.map((_, index) => index + 1));
    expect(await world.typesOf(id)).toContain('LambdaFunctionSucceeded');
  });
});
