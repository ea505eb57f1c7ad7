/** The strip of a Map's iterations. */
import { describe, expect, it } from 'vitest';
import type { IterationRuns } from '../../../dashboard/src/graph/node-overlay.ts';
import {
  countIterations,
  iterationAt,
  nextIteration,
  stripParts,
} from '../../../dashboard/src/graph/strip-parts.ts';
import fc from '../../support/properties.ts';

const runs: IterationRuns = [
  ['S', 5],
  ['F', 1],
  ['S', 4],
  ['R', 2],
  ['-', 8],
];

const arbitraryRuns = fc.array(
  fc.tuple(fc.constantFrom('S', 'F', 'R', 'A', '-'), fc.integer({ min: 1, max: 3_000 })),
  { minLength: 1, maxLength: 12 },
) as fc.Arbitrary<IterationRuns>;

describe('the parts of a strip', () => {
  it('few iterations have cells of their own, and equal neighbours are one part', () => {
    expect(stripParts(runs, 100)).toEqual([
      { kind: 'S', from: 0, count: 5 },
      { kind: 'F', from: 5, count: 1 },
      { kind: 'S', from: 6, count: 4 },
      { kind: 'R', from: 10, count: 2 },
      { kind: '-', from: 12, count: 8 },
    ]);
  });

  it('a bucket shows the worst of its iterations', () => {
    expect(stripParts(runs, 4)).toEqual([
      { kind: 'S', from: 0, count: 5 },
      { kind: 'F', from: 5, count: 5 },
      { kind: 'R', from: 10, count: 5 },
      { kind: '-', from: 15, count: 5 },
    ]);
  });

  it('parts follow one another to the last iteration, and no failure is lost among them', () => {
    fc.assert(
      fc.property(arbitraryRuns, fc.integer({ min: 1, max: 400 }), (given, buckets) => {
        const parts = stripParts(given, buckets);
        const length = given.reduce((sum, [, count]) => sum + count, 0);

        let reached = 0;
        for (const { from, count } of parts) {
          expect(from).toBe(reached);
          reached += count;
        }
        expect(reached).toBe(length);
        expect(parts.length).toBeLessThanOrEqual(buckets);
        const hasFailed = given.some(([kind]) => kind === 'F');
        expect(parts.some(({ kind }) => kind === 'F')).toBe(hasFailed);
      }),
    );
  });

  it('a million iterations in one run are one part', () => {
    expect(stripParts([['S', 1_000_000]], 500)).toEqual([{ kind: 'S', from: 0, count: 1_000_000 }]);
  });
});

describe('iterations', () => {
  it('iterations are counted and found by their place', () => {
    expect(countIterations(runs)).toEqual({ S: 9, F: 1, R: 2, A: 0, '-': 8 });
    expect([4, 5, 6, 11, 19, 20].map((index) => iterationAt(runs, index))).toEqual([
      'S',
      'F',
      'S',
      'R',
      '-',
      '-',
    ]);
  });

  it('the next iteration of a kind follows the last one, and then the first again', () => {
    expect(nextIteration(runs, 'S', -1)).toBe(0);
    expect(nextIteration(runs, 'S', 4)).toBe(6);
    expect(nextIteration(runs, 'S', 9)).toBe(0);
    expect(nextIteration(runs, 'A', 0)).toBeNull();
  });
});
