/** A cluster that is broken on purpose: the simulation must report the invariant that it breaks. */
import { describe, expect, it } from 'vitest';
import { canaries } from './canaries.ts';
import { simulate } from './simulation.ts';

/** Maximum number of seeds until the checker of a canary must report it. */
const canarySeedsMax = 15;

describe.skipIf(process.env.SIMULATION_SEED !== undefined)('the simulation itself', () => {
  it('a simulation repeats exactly with the same seed, and differs with another', async () => {
    const first = await simulate({ seed: 3 });
    const second = await simulate({ seed: 3 });
    const other = await simulate({ seed: 2 });

    expect(second).toEqual(first);
    expect(other.hash).not.toBe(first.hash);
  });

  for (const { title, breaks, sabotage, seed: first = 2, isLong = false } of canaries) {
    it(`the simulation reports ${title}`, async () => {
      const reported: string[] = [];
      const others = Array.from({ length: canarySeedsMax }, (_, index) => index + 1);
      for (const seed of [first, ...others]) {
        if (reported.includes(breaks)) break;
        const { breaches } = await simulate({ seed, sabotage, until: breaks, isBrief: !isLong });
        reported.push(...breaches.map(({ invariant }) => invariant));
      }

      expect(reported).toContain(breaks);
    });
  }
});
