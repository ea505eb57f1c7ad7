/** Batches that a person aborts: they stop in steps, and nothing of them is left behind. */
import { describe, expect, it } from 'vitest';
import { type LeaderWorld, openLeaderWorld } from '../support/leader-world.ts';
import { distributedMap, openMapRunWorld } from '../support/map-run-world.ts';
import { HeldHandler } from '../support/role-world.ts';

const never = new AbortController().signal;

/** The roles at work on handlers that never answer by themselves. */
async function heldWorld() {
  const held = new HeldHandler();
  const world = await openLeaderWorld({ handlers: { work: held.handler } });
  return { world, held };
}

/** Runs leader, worker and sweeper until the batch has ended. */
async function runToEnd(world: LeaderWorld, batchId: string): Promise<void> {
  const roles = [world.leader(), world.worker(), world.sweeper()];
  for (const role of roles) role.start();
  await world.pass(async () => (await world.get(batchId)).endedAt !== null, 'the end');
  await Promise.all(roles.map((role) => world.stop(role)));
}

/** How many executions of the batch are in which status. */
async function statusesOf(world: LeaderWorld, batchId: string): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { status } of await world.executionsOf(batchId)) {
    counts[status] = (counts[status] ?? 0) + 1;
  }
  return counts;
}

describe('a batch that a person aborts', () => {
  it('stops what runs, what waits and what was not read yet, and then is ABORTED', async () => {
    const { world, held } = await heldWorld();
    const id = await world.batch(50, { maxInFlight: 20 });
    const [leader, worker] = [world.leader(), world.worker({ concurrency: 5 })];
    leader.start();
    worker.start();
    await world.pass(() => held.calls.length === 5, 'the first calls');

    await world.store.abortBatch(id, 'no more of it');
    await world.pass(async () => (await world.get(id)).endedAt !== null, 'the end');
    await Promise.all([world.stop(leader), world.stop(worker)]);

    expect(await world.get(id)).toMatchObject({
      ...{ status: 'ABORTED', reason: 'no more of it', created: 20, aborted: 20 },
    });
    expect(await statusesOf(world, id)).toEqual({ ABORTED: 20 });
    expect(held.calls.every(({ context }) => context.signal.aborted)).toBe(true);
  });

  it('keeps what had ended before', async () => {
    const { world, held } = await heldWorld();
    const id = await world.batch(3);
    const roles = [world.leader(), world.worker()];
    for (const role of roles) role.start();
    await world.pass(() => held.calls.length === 3, 'the calls');
    held.answer(0);
    await world.pass(async () => (await world.get(id)).succeeded === 1, 'one end');

    await world.store.abortBatch(id, 'enough');
    await world.pass(async () => (await world.get(id)).endedAt !== null, 'the end');
    await Promise.all(roles.map((role) => world.stop(role)));

    expect(await statusesOf(world, id)).toEqual({ SUCCEEDED: 1, ABORTED: 2 });
  });

  it('is aborted by another leader when the one that began it crashed', async () => {
    const { world } = await heldWorld();
    const id = await world.batch(30, { maxInFlight: 10 });
    await world.leader().tick(never);
    await world.store.abortBatch(id, 'stop');
    await world.leader().tick(never);
    await world.clock.advance(30_000);

    await runToEnd(world, id);

    expect(await world.get(id)).toMatchObject({ status: 'ABORTED', created: 10, aborted: 10 });
  });

  it('goes on at once under another leader when the first one stops', async () => {
    let asked = 0;
    const world = await openLeaderWorld({
      store: (real) => ({
        ...real,
        requestAbort: async (ids) => {
          asked += ids.length;
          return real.requestAbort(ids);
        },
      }),
    });
    const id = await world.batch(2);
    await world.leader().tick(never);
    await world.clock.advance(30_000);
    await world.store.abortBatch(id, 'stop');
    const second = world.leader();
    second.start();
    await world.pass(() => asked === 2, 'the order');
    await second.stop();

    const leased = await world.store.leaseBatches('another', 1_000, 10);

    expect(leased.map((batch) => batch.id)).toEqual([id]);
  });

  it('ends also when it was paused, and when its source cannot be read', async () => {
    const world = await openLeaderWorld();
    const paused = await world.batch(5);
    const unreadable = await world.batch({ kind: 'csv', path: 'none.csv' });
    const change = { from: ['RUNNING'], to: 'PAUSED', reason: null } as const;
    await world.store.transitionBatch({ batchId: paused, ...change });
    await world.leader().tick(never);
    expect((await world.get(unreadable)).status).toBe('PAUSED');

    for (const id of [paused, unreadable]) await world.store.abortBatch(id, 'away with it');
    await world.clock.advance(30_000);
    for (const id of [paused, unreadable]) await runToEnd(world, id);

    expect(await world.get(paused)).toMatchObject({ status: 'ABORTED', created: 0 });
    expect(await world.get(unreadable)).toMatchObject({ status: 'ABORTED', created: 0 });
  });

  it('aborts also what is redriven meanwhile', async () => {
    const { world } = await heldWorld();
    const id = await world.batch(2);
    const leader = world.leader();
    await leader.tick(never);
    const [first, second] = (await world.executionsOf(id)).map((execution) => execution.id);
    const end = async (executionId = '') => {
      await world.store.requestAbort([executionId]);
      await world.executor().run(await world.claim(executionId));
    };
    await end(first);
    await world.store.abortBatch(id, 'all of it');
    await leader.tick(never);

    await world.store.redriveExecutions([first ?? '']);
    await end(second);
    await world.clock.advance(60_000);
    await runToEnd(world, id);

    expect(await world.get(id)).toMatchObject({ status: 'ABORTED', created: 2, aborted: 2 });
  });
});

describe('a map run that a person aborts', () => {
  it('stops its children and fails its Map, which the definition may catch', async () => {
    const caught = { Catch: [{ ErrorEquals: ['Millrace.Aborted'], Next: 'Caught' }] };
    const machine = distributedMap(caught);
    const states = { ...machine.States, Caught: { Type: 'Pass', End: true } };
    const world = await openMapRunWorld(
      { ...machine, States: states },
      { handlers: { work: new HeldHandler().handler } },
    );
    const id = await world.submit([1, 2]);
    let asked = false;

    await world.runUntil(async () => {
      const [run] = await world.mapRuns();
      if (run?.created === 2 && !asked) {
        asked = await world.store.abortBatch(run.id, 'the file was wrong');
      }
      return (await world.execution(id)).endedAt !== null && run?.endedAt !== null;
    }, 'the end of the parent');

    expect(await world.mapRun()).toMatchObject({ status: 'ABORTED', aborted: 2 });
    const parent = await world.execution(id);
    expect(parent).toMatchObject({ status: 'SUCCEEDED' });
    expect(JSON.parse(parent.output ?? '')).toMatchObject({
      ...{ Error: 'Millrace.Aborted', Cause: 'the file was wrong' },
    });
  });
});
