/**
 * Simulations of a whole cluster: each seed draws machines, batches and faults, and every invariant
 * must hold. `SIMULATION_SEED=123 npx vitest run test/simulation` replays one seed.
 */
import { describe, expect, it } from 'vitest';
import { commitSeed } from '../support/commit-seed.ts';
import { canaries } from './canaries.ts';
import { simulate } from './simulation.ts';

const seed = process.env.SIMULATION_SEED;
const seeds = seed === undefined ? [...fixedSeeds(40), commitSeed() ?? 41] : [Number(seed)];
/** Maximum number of seeds until the checker of a canary must report it. */
const canarySeedsMax = 15;

describe('a cluster under faults', () => {
  it.each(seeds)('every invariant holds and every execution ends with seed %i', async (each) => {
    const { breaches } = await simulate({ seed: each });

    const replay = `replay with: SIMULATION_SEED=${each} npx vitest run test/simulation`;
    expect(breaches, replay).toEqual([]);
  });
});

describe.skipIf(seed !== undefined)('the simulation itself', () => {
  it('a simulation repeats exactly with the same seed, and differs with another', async () => {
    const first = await simulate({ seed: 1 });
    const second = await simulate({ seed: 1 });
    const other = await simulate({ seed: 2 });

    expect(second).toEqual(first);
    expect(other.hash).not.toBe(first.hash);
  });

  for (const { title, breaks, sabotage } of canaries) {
    it(`the simulation reports ${title}`, async () => {
      const reported: string[] = [];
      for (let each = 1; each <= canarySeedsMax && !reported.includes(breaks); each += 1) {
        const { breaches } = await simulate({ seed: each, sabotage });
        reported.push(...breaches.map(({ invariant }) => invariant));
      }

      expect(reported).toContain(breaks);
    });
  }
});

function fixedSeeds(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}
