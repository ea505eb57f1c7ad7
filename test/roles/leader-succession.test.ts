/** Leaders that follow one another. */
import { describe, expect, it } from 'vitest';
import { type LeaderHarness, openLeaderHarness } from '../support/leader-harness.ts';

const never = new AbortController().signal;

/** Creates a leader that leads only what `predecessor` has handed over. */
function createSuccessor(harness: LeaderHarness, predecessor: string) {
  return harness.leader({ scope: { predecessor } });
}

async function endAll(harness: LeaderHarness): Promise<void> {
  for (const id of await harness.queued()) {
    if ((await harness.readStatus(id)) !== 'PENDING') continue;
    await harness.executor().run(await harness.claim(id));
  }
}

describe('handing batches over', () => {
  it('a leader that hands over leaves its batches to its successor only', async () => {
    const harness = await openLeaderHarness();
    const id = await harness.batch(20, { maxInFlight: 5 });
    const first = harness.leader();
    await first.tick(never);

    expect(await first.handOver()).toBe(1);

    const other = harness.leader();
    await other.tick(never);
    expect(await other.handOver()).toBe(0);
    const [next, again] = [createSuccessor(harness, first.id), createSuccessor(harness, first.id)];
    await next.tick(never);
    await again.tick(never);
    expect([await next.handOver(), await again.handOver()]).toEqual([1, 0]);
    expect(await harness.get(id)).toMatchObject({ created: 5 });
    expect(harness.objects.openNow).toBe(0);
  });

  it('leaders that follow one another lead a batch to its end', async () => {
    const harness = await openLeaderHarness();
    const id = await harness.batch(12, { maxInFlight: 5 });
    let leader = harness.leader();

    for (let turns = 0; turns < 5; turns += 1) {
      await leader.tick(never);
      await endAll(harness);
      if ((await leader.handOver()) === 0) break;
      leader = createSuccessor(harness, leader.id);
    }

    expect(await harness.get(id)).toMatchObject({
      status: 'SUCCEEDED',
      created: 12,
      succeeded: 12,
    });
    expect(await harness.listExecutions(id)).toHaveLength(12);
  });

  it('batches that were handed over without a successor are free when the lease expires', async () => {
    const harness = await openLeaderHarness();
    const id = await harness.batch(20, { maxInFlight: 5 });
    const first = harness.leader({ leaseMs: 90_000 });
    await first.tick(never);
    await first.handOver();
    await harness.clock.advance(90_000);

    const other = harness.leader();
    await other.tick(never);

    expect(await other.handOver()).toBe(1);
    const late = createSuccessor(harness, first.id);
    await late.tick(never);
    expect(await late.handOver()).toBe(0);
    expect(await harness.get(id)).toMatchObject({ created: 5 });
  });

  it('a leader that releases its batches has closed their sources and holds no lease', async () => {
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

describe('the pause after a turn', () => {
  it('a turn that ran out of time is continued at once, and one that waits for executions is not', async () => {
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

describe('publishing the end of a batch', () => {
  it('the end of a batch is published once, with its counters', async () => {
    const harness = await openLeaderHarness();
    const id = await harness.batch(3);
    const leaders = [harness.leader(), harness.leader()];
    for (const leader of leaders) await leader.tick(never);
    await endAll(harness);

    for (const leader of leaders) await leader.tick(never);
    for (const leader of leaders) await leader.tick(never);

    expect(harness.events.published).toMatchObject([
      {
        type: 'millrace.batch.ended',
        at: harness.clock.now(),
        detail: { batchId: id, status: 'SUCCEEDED', executions: { created: 3, succeeded: 3 } },
      },
    ]);
  });
});
