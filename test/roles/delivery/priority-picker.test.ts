/** The priority picker: shares by weight, strict order, and weights that are refused. */
import { describe, expect, it } from 'vitest';
import {
  defaultWeights,
  PriorityPicker,
  weightMax,
} from '../../../lib/roles/delivery/priority-picker.ts';
import fc from '../../support/properties.ts';

/** Numbers in [0, 1), the same for the same seed. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** How often each queue comes first among those in `backlogged`. */
function firsts(picker: PriorityPicker, polls: number, backlogged: readonly string[]) {
  const counts = new Map<string, number>();
  for (let poll = 0; poll < polls; poll += 1) {
    const first = picker.order().find((queue) => backlogged.includes(queue));
    if (first !== undefined) counts.set(first, (counts.get(first) ?? 0) + 1);
  }
  return counts;
}

/** Pearson's chi-squared of counts against shares that add up to 1. */
function chiSquared(counts: ReadonlyMap<string, number>, shares: Record<string, number>): number {
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  return Object.entries(shares).reduce((sum, [queue, share]) => {
    const expected = total * share;
    return sum + ((counts.get(queue) ?? 0) - expected) ** 2 / expected;
  }, 0);
}

describe('an order by weight', () => {
  it('queues come first in the shares 6/3/1 when all of them have work', () => {
    const counts = firsts(new PriorityPicker({ random: seeded(1) }), 20_000, [
      'critical',
      'default',
      'low',
    ]);

    // 99.9 % of fair draws with two degrees of freedom stay below 13.8.
    expect(chiSquared(counts, { critical: 0.6, default: 0.3, low: 0.1 })).toBeLessThan(13.8);
  });

  it('the queues default and low share 3 to 1 when critical is empty', () => {
    const counts = firsts(new PriorityPicker({ random: seeded(2) }), 20_000, ['default', 'low']);

    // 99.9 % with one degree of freedom: 10.8.
    expect(chiSquared(counts, { default: 0.75, low: 0.25 })).toBeLessThan(10.8);
  });

  it('the queue low never starves, however long the others are backlogged', () => {
    const picker = new PriorityPicker({ random: seeded(3) });
    let longest = 0;
    let since = 0;
    for (let poll = 0; poll < 50_000; poll += 1) {
      since = picker.order()[0] === 'low' ? 0 : since + 1;
      longest = Math.max(longest, since);
    }

    // The probability of a gap of 200 polls is 0.9^200, about one in a billion.
    expect(longest).toBeLessThan(200);
  });

  it('every order contains every queue once', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), fc.integer({ min: 1, max: weightMax }), {
          minKeys: 1,
          noNullPrototype: true,
        }),
        fc.infiniteStream(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })),
        (weights, stream) => {
          const random = () => stream.next().value ?? 0;
          const order = new PriorityPicker({ weights, random }).order();
          expect([...order].sort()).toEqual(Object.keys(weights).sort());
        },
      ),
    );
  });
});

describe('a strict order', () => {
  it('a strict order never prefers a lighter queue', () => {
    const picker = new PriorityPicker({ strict: true, random: seeded(4) });

    for (let poll = 0; poll < 1_000; poll += 1) {
      expect(picker.order()).toEqual(['critical', 'default', 'low']);
    }
  });

  it('a strict order follows the weights, not the order in the configuration', () => {
    const weights = { small: 1, large: 9, middle: 5, alsoMiddle: 5 };

    const picker = new PriorityPicker({ weights, strict: true, random: seeded(5) });

    expect(picker.order()).toEqual(['large', 'middle', 'alsoMiddle', 'small']);
  });
});

describe('weights', () => {
  it('the default weights are 6, 3 and 1, and cannot be changed', () => {
    expect(defaultWeights).toEqual({ critical: 6, default: 3, low: 1 });
    expect(Object.isFrozen(defaultWeights)).toBe(true);
    expect(Object.fromEntries(new PriorityPicker({ random: Math.random }).weights)).toEqual(
      defaultWeights,
    );
  });

  it('weights are divided by their greatest common divisor', () => {
    const picker = new PriorityPicker({ weights: { a: 60, b: 30, c: 10 }, random: seeded(6) });

    expect([...picker.weights]).toEqual([
      ['a', 6],
      ['b', 3],
      ['c', 1],
    ]);
  });

  for (const [weights, message] of [
    [{}, 'at least one queue'],
    [{ 'a b': 1 }, `found "a b"`],
    [{ a: 0 }, `the weight of the queue 'a' must be a whole number from 1 to 1000, found 0`],
    [{ a: 1.5 }, 'found 1.5'],
    [{ a: -1 }, 'found -1'],
    [{ a: 1_001 }, 'found 1001'],
    [{ a: Number.NaN }, 'whole number'],
  ] as const) {
    it(`the weights ${JSON.stringify(weights)} are refused with the reason`, () => {
      expect(() => new PriorityPicker({ weights, random: seeded(7) })).toThrow(
        expect.objectContaining({
          code: 'INVALID_CONFIGURATION',
          message: expect.stringContaining(message),
        }),
      );
    });
  }
});
