/** The random numbers of a transition, which depend only on the seed. */
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../lib/engine/random.ts';
import fc from '../support/properties.ts';

const word = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const seeds = fc.tuple(word, word, word, word);
const draw = (random: () => number) => Array.from({ length: 20 }, random);

describe('createRandom', () => {
  it('the same seed gives the same numbers, all in [0, 1)', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const numbers = draw(createRandom(seed));

        expect(numbers).toEqual(draw(createRandom(seed)));
        expect(numbers.every((number) => number >= 0 && number < 1)).toBe(true);
      }),
    );
  });

  it('seeds that differ in one bit give different numbers, evenly distributed', () => {
    const first = draw(createRandom([1, 2, 3, 4]));
    const second = draw(createRandom([0, 2, 3, 4]));
    const random = createRandom([5, 6, 7, 8]);
    let sum = 0;
    for (let count = 0; count < 10_000; count++) sum += random();

    expect(first.filter((number, index) => number === second[index])).toEqual([]);
    expect(sum / 10_000).toBeCloseTo(0.5, 1);
  });
});
