/** Leaders that follow one another: what each leaves, and who may go on with it. */
import { describe, expect, it } from 'vitest';
import { type LeaderWorld, openLeaderWorld } from '../support/leader-world.ts';

const never = new AbortController().signal;

/** A leader of what `predecessor` left, and of nothing else. */
function successor(world: LeaderWorld, predecessor: string) {
  return world.leader({
    lease: (leaderId, leaseMs, limit) =>
      world.store.leaseBatches(leaderId, leaseMs, limit, { predecessor }),
  });
}

async function endAll(world: LeaderWorld): Promise<void> {
  for (const id of await world.queued()) {
    if ((await world.statusOf(id)) !== 'PENDING') continue;
    await world.executor().run(await world.claim(id));
  }
}

describe('a leader that hands over', () => {
  it('leaves its batches leased, so that its successor alone goes on with them', async () => {
    const world = await openLeaderWorld();
    const id = await world.batch(20, { maxInFlight: 5 });
    const first = world.leader();
    await first.tick(never);

    expect(await first.handOver()).toBe(1);

    const stranger = world.leader();
    await stranger.tick(never);
    expect(await stranger.handOver()).toBe(0);
    const [next, again] = [successor(world, first.id), successor(world, first.id)];
    await next.tick(never);
    await again.tick(never);
    expect([await next.handOver(), await again.handOver()]).toEqual([1, 0]);
    expect(await world.get(id)).toMatchObject({ created: 5 });
    expect(world.objects.openNow).toBe(0);
  });

  it('is followed, leader by leader, to the end of the batch', async () => {
    const world = await openLeaderWorld();
    const id = await world.batch(12, { maxInFlight: 5 });
    let leader = world.leader();

    for (let turns = 0; turns < 5; turns += 1) {
      await leader.tick(never);
      await endAll(world);
      if ((await leader.handOver()) === 0) break;
      leader = successor(world, leader.id);
    }

    expect(await world.get(id)).toMatchObject({ status: 'SUCCEEDED', created: 12, succeeded: 12 });
    expect(await world.executionsOf(id)).toHaveLength(12);
  });

  it('and has no successor loses its batches when the lease runs out', async () => {
    const world = await openLeaderWorld();
    const id = await world.batch(20, { maxInFlight: 5 });
    const first = world.leader({ leaseMs: 90_000 });
    await first.tick(never);
    await first.handOver();
    await world.clock.advance(90_000);

    const stranger = world.leader();
    await stranger.tick(never);

    expect(await stranger.handOver()).toBe(1);
    const late = successor(world, first.id);
    await late.tick(never);
    expect(await late.handOver()).toBe(0);
    expect(await world.get(id)).toMatchObject({ created: 5 });
  });

  it('or lets go has closed its sources, and whoever lets go keeps nothing leased', async () => {
    const world = await openLeaderWorld();
    world.objects.write('items.jsonl', '1\n2\n3\n');
    await world.batch({ kind: 'jsonLines', path: 'items.jsonl' }, { maxInFlight: 1 });
    const leader = world.leader();
    await leader.tick(never);

    await leader.letGo();

    expect(world.objects.openNow).toBe(0);
    expect(await world.store.leaseBatches('another', 1_000, 10)).toHaveLength(1);
  });
});

describe('a turn that is over while more could be fanned out', () => {
  it('wants the next at once, and one that waits for executions does not', async () => {
    const world = await openLeaderWorld();
    await world.batch(20, { chunkSize: 5, maxInFlight: 15 });
    const { fanOut } = world.store;
    world.store.fanOut = async (chunk) => {
      const results = await fanOut(chunk);
      await world.clock.advance(1_000);
      return results;
    };
    const leader = world.leader({ turnMs: 1_500 });

    expect(await leader.tick(never)).toBe(0);
    expect(leader.recorded).toBe(10);
    expect(await leader.tick(never)).toBeGreaterThan(0);
    expect(leader.recorded).toBe(15);
  });
});

describe('the end of a batch', () => {
  it('is told on the bus once, with its figures', async () => {
    const world = await openLeaderWorld();
    const id = await world.batch(3);
    const leaders = [world.leader(), world.leader()];
    for (const leader of leaders) await leader.tick(never);
    await endAll(world);

    for (const leader of leaders) await leader.tick(never);
    for (const leader of leaders) await leader.tick(never);

    expect(world.events.told).toMatchObject([
      {
        type: 'millrace.batch.ended',
        at: world.clock.now(),
        detail: { batchId: id, status: 'SUCCEEDED', executions: { created: 3, succeeded: 3 } },
      },
    ]);
  });
});
