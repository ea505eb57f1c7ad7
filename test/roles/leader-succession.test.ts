/** Leaders that follow one another: what each leaves, and who may go on with it. */
import { describe, expect, it } from 'vitest';
import { type LeaderHarness, openLeaderHarness } from '../support/leader-harness.ts';

const never = new AbortController().signal;

/** A leader of what `predecessor` left, and of nothing else. */
function successor(harness: LeaderHarness, predecessor: string) {
  return harness.leader({
    lease: (leaderId, leaseMs, limit) =>
      harness.store.leaseBatches(leaderId, leaseMs, limit, { predecessor }),
  });
}

async function endAll(harness: LeaderHarness): Promise<void> {
  for (const id of await harness.queued()) {
    if ((await harness.statusOf(id)) !== 'PENDING') continue;
    await harness.executor().run(await harness.claim(id));
  }
}

describe('a leader that hands over', () => {
  it('leaves its batches leased, so that its successor alone goes on with them', async () => {
    const harness = await openLeaderHarness();
    const id = await harness.batch(20, { maxInFlight: 5 });
    const first = harness.leader();
    await first.tick(never);

    expect(await first.handOver()).toBe(1);

    const stranger = harness.leader();
    await stranger.tick(never);
    expect(await stranger.handOver()).toBe(0);
    const [next, again] = [successor(harness, first.id), successor(harness, first.id)];
    await next.tick(never);
    await again.tick(never);
    expect([await next.handOver(), await again.handOver()]).toEqual([1, 0]);
    expect(await harness.get(id)).toMatchObject({ created: 5 });
    expect(harness.objects.openNow).toBe(0);
  });

  it('is followed, leader by leader, to the end of the batch', async () => {
    const harness = await openLeaderHarness();
    const id = await harness.batch(12, { maxInFlight: 5 });
    let leader = harness.leader();

    for (let turns = 0; turns < 5; turns += 1) {
      await leader.tick(never);
      await endAll(harness);
      if ((await leader.handOver()) === 0) break;
      leader = successor(harness, leader.id);
    }

    expect(await harness.get(id)).toMatchObject({
      status: 'SUCCEEDED',
      created: 12,
      succeeded: 12,
    });
    expect(await harness.executionsOf(id)).toHaveLength(12);
  });

  it('and has no successor loses its batches when the lease runs out', async () => {
    const harness = await openLeaderHarness();
    const id = await harness.batch(20, { maxInFlight: 5 });
    const first = harness.leader({ leaseMs: 90_000 });
    await first.tick(never);
    await first.handOver();
    await harness.clock.advance(90_000);

    const stranger = harness.leader();
    await stranger.tick(never);

    expect(await stranger.handOver()).toBe(1);
    const late = successor(harness, first.id);
    await late.tick(never);
    expect(await late.handOver()).toBe(0);
    expect(await harness.get(id)).toMatchObject({ created: 5 });
  });

  it('or lets go has closed its sources, and whoever lets go keeps nothing leased', async () => {
    const harness = await openLeaderHarness();
    harness.objects.write('items.jsonl', '1\n2\n3\n');
    await harness.batch({ kind: 'jsonLines', path: 'items.jsonl' }, { maxInFlight: 1 });
    const leader = harness.leader();
    await leader.tick(never);

    await leader.release();

    expect(harness.objects.openNow).toBe(0);
    expect(await harness.store.leaseBatches('another', 1_000, 10)).toHaveLength(1);
  });
});

describe('a turn that is over while more could be fanned out', () => {
  it('wants the next at once, and one that waits for executions does not', async () => {
    const harness = await openLeaderHarness();
    await harness.batch(20, { chunkSize: 5, maxInFlight: 15 });
    const { fanOut } = harness.store;
    harness.store.fanOut = async (chunk) => {
      const results = await fanOut(chunk);
      await harness.clock.advance(1_000);
      return results;
    };
    const leader = harness.leader({ turnMs: 1_500 });

    expect(await leader.tick(never)).toBe(0);
    expect(leader.recorded).toBe(10);
    expect(await leader.tick(never)).toBeGreaterThan(0);
    expect(leader.recorded).toBe(15);
  });
});

describe('the end of a batch', () => {
  it('is told on the bus once, with its figures', async () => {
    const harness = await openLeaderHarness();
    const id = await harness.batch(3);
    const leaders = [harness.leader(), harness.leader()];
    for (const leader of leaders) await leader.tick(never);
    await endAll(harness);

    for (const leader of leaders) await leader.tick(never);
    for (const leader of leaders) await leader.tick(never);

    expect(harness.events.told).toMatchObject([
      {
        type: 'millrace.batch.ended',
        at: harness.clock.now(),
        detail: { batchId: id, status: 'SUCCEEDED', executions: { created: 3, succeeded: 3 } },
      },
    ]);
  });
});
