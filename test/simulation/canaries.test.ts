/** A cluster that is broken on purpose: the simulation must report the invariant that it breaks. */
import { describe, expect, it } from 'vitest';
import { canaries } from './canaries.ts';
import { simulate } from './simulation.ts';

/** Maximum number of seeds until the checker of a canary must report it. */
const canarySeedsMax = 15;

describe.skipIf(process.env.SIMULATION_SEED !== undefined)('the simulation itself', () => {
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
