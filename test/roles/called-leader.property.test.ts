/** Chains of calls, under lost, doubled and late messages and calls that die at any step. */
import { describe, expect, it } from 'vitest';
import {
  type CalledLeaderWorld,
  noChances,
  openCalledWorld,
} from '../support/called-leader-world.ts';
import fc from '../support/properties.ts';

/** Steps within which everything has to come to rest once nothing goes wrong any more. */
const stepsMax = 2_000;

/** Keeps what each chunk was told: an index that is recorded twice would be told so. */
function watchChunks(world: CalledLeaderWorld): () => number {
  const { fanOut } = world.store;
  let doubled = 0;
  world.store.fanOut = async (chunk) => {
    const results = await fanOut(chunk);
    doubled += results?.filter(({ created }) => !created).length ?? 0;
    return results;
  };
  return () => doubled;
}

async function isAtRest(world: CalledLeaderWorld, batches: readonly string[]): Promise<boolean> {
  if (world.sweepsEveryMinute) return false;
  const records = await Promise.all(batches.map((id) => world.get(id)));
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
  it('fan each batch out exactly once, end it, stay as many as batches, and come to rest', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(1_000_000), faults, sizes, async (seed, chances, given) => {
        const world = await openCalledWorld(seed + 1, chances);
        const doubled = watchChunks(world);
        const batches: string[] = [];
        for (const [count, maxInFlight] of given) {
          batches.push(await world.start(count, maxInFlight));
          for (let steps = 0; steps < 10; steps += 1) await world.step();
        }

        world.chances = noChances;
        let steps = 0;
        while (!(await isAtRest(world, batches)) && steps < stepsMax) {
          await world.step();
          steps += 1;
        }

        expect(steps).toBeLessThan(stepsMax);
        const records = await Promise.all(batches.map((id) => world.get(id)));
        expect(records.map(({ created }) => created)).toEqual(given.map(([count]) => count));
        expect(doubled()).toBe(0);
        // A chain each, every message of it twice, those that are late, and ticks made again.
        expect(world.queuedMost).toBeLessThanOrEqual(6 * batches.length + 6);
        expect(await world.store.workAhead()).toEqual({ busy: false, nextDueMs: null });
      }),
      { numRuns: 40 },
    );
  }, 60_000);
});
