/** Chains of calls with lost, duplicated and late messages, and calls that crash at any step. */
import { describe, expect, it } from 'vitest';
import {
  noFaults,
  type OnDemandLeaderHarness,
  openOnDemandLeaderHarness,
} from '../support/on-demand-leader-harness.ts';
import fc from '../support/properties.ts';

/** Maximum number of steps until the leader rests after the last fault. */
const stepsMax = 2_000;

/** Counts the items that are recorded a second time. */
function countDoubled(harness: OnDemandLeaderHarness): () => number {
  const { fanOut } = harness.store;
  let doubled = 0;
  harness.store.fanOut = async (chunk) => {
    const results = await fanOut(chunk);
    doubled += results?.filter(({ created }) => !created).length ?? 0;
    return results;
  };
  return () => doubled;
}

async function isAtRest(
  harness: OnDemandLeaderHarness,
  batches: readonly string[],
): Promise<boolean> {
  if (harness.isScheduleOn) return false;
  const records = await Promise.all(batches.map((id) => harness.get(id)));
  return records.every(({ status }) => status === 'SUCCEEDED');
}

const faults = fc.record({
  crash: fc.constantFrom(0, 0.02, 0.1),
  twice: fc.constantFrom(0, 0.3, 1),
  lost: fc.constantFrom(0, 0.2, 0.6),
  late: fc.constantFrom(0, 0.3),
});
const sizes = fc.array(fc.tuple(fc.integer({ min: 0, max: 40 }), fc.constantFrom(0, 3, 12)), {
  minLength: 1,
  maxLength: 4,
});

describe('chains of calls', () => {
  it('chains of calls fan each batch out exactly once, end it, do not multiply, and rest', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(1_000_000), faults, sizes, async (seed, rates, given) => {
        const harness = await openOnDemandLeaderHarness(seed + 1, rates);
        const doubled = countDoubled(harness);
        const batches: string[] = [];
        for (const [count, maxInFlight] of given) {
          batches.push(await harness.start(count, maxInFlight));
          for (let steps = 0; steps < 10; steps += 1) await harness.step();
        }

        harness.rates = noFaults;
        let steps = 0;
        while (!(await isAtRest(harness, batches)) && steps < stepsMax) {
          await harness.step();
          steps += 1;
        }

        expect(steps).toBeLessThan(stepsMax);
        const records = await Promise.all(batches.map((id) => harness.get(id)));
        expect(records.map(({ created }) => created)).toEqual(given.map(([count]) => count));
        expect(doubled()).toBe(0);
        // One chain per batch, with every message duplicated, late ones, and repeated calls.
        expect(harness.queuedMost).toBeLessThanOrEqual(6 * batches.length + 6);
        expect(await harness.store.workAhead()).toEqual({ busy: false, nextDueMs: null });
      }),
      { numRuns: 40 },
    );
  }, 60_000);
});
