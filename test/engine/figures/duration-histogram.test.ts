/** Histograms of durations: buckets, sums and percentiles. */
import { describe, expect, it } from 'vitest';
import {
  addHistograms,
  bucketOf,
  encodeHistogram,
  histogramBuckets,
  joinHistograms,
  percentileOf,
} from '../../../lib/engine/figures/duration-histogram.ts';
import fc from '../../support/properties.ts';

const dayMs = 86_400_000;

function histogramOf(durations: readonly number[]): number[] {
  const counts = new Array<number>(histogramBuckets).fill(0);
  for (const ms of durations) counts[bucketOf(ms)] = (counts[bucketOf(ms)] ?? 0) + 1;
  return counts;
}

describe('duration histograms', () => {
  it('durations up to a millisecond are in the first bucket, and the longest in the last', () => {
    expect([0, 0.4, 1, -5, Number.NaN].map(bucketOf)).toEqual([0, 0, 0, 0, 0]);
    expect(bucketOf(dayMs)).toBe(histogramBuckets - 1);
    expect(bucketOf(Infinity)).toBe(histogramBuckets - 1);
  });

  it('a longer duration is never in a lower bucket', () => {
    const durations = fc.double({ min: 0, max: 2 * dayMs, noNaN: true });
    fc.assert(
      fc.property(durations, durations, (one, other) => {
        const [short, long] = one < other ? [one, other] : [other, one];
        return bucketOf(short) <= bucketOf(long);
      }),
    );
  });

  it('percentiles are within 16 % of the true ones', () => {
    const durations = fc.array(fc.integer({ min: 2, max: dayMs / 2 }), {
      minLength: 1,
      maxLength: 200,
    });
    fc.assert(
      fc.property(durations, fc.constantFrom(0.5, 0.95, 0.99), (list, share) => {
        const sorted = list.toSorted((a, b) => a - b);
        const exact = sorted[Math.ceil(share * sorted.length) - 1] ?? 0;

        const found = percentileOf(histogramOf(list), share) ?? 0;

        expect(Math.abs(found - exact)).toBeLessThanOrEqual(Math.max(1, exact * 0.16));
      }),
    );
  });

  it('the sum of texts has the counts of both, whatever their order', () => {
    const text = fc
      .array(fc.integer({ min: 0, max: dayMs }), { maxLength: 20 })
      .map((list) => encodeHistogram(histogramOf(list)));
    fc.assert(
      fc.property(text, text, (one, other) => {
        const sums = addHistograms([one, other]);

        expect(addHistograms([other, one])).toEqual(sums);
        expect(joinHistograms(one, other)).toBe(encodeHistogram(sums));
      }),
    );
  });

  it('an empty histogram has no percentile, and adds nothing', () => {
    expect(encodeHistogram(histogramOf([]))).toBe('{}');
    expect(percentileOf(addHistograms(['{}', '{}']), 0.5)).toBeNull();
    expect(joinHistograms(null, '{"3":1}')).toBe('{"3":1}');
    expect(joinHistograms(null, null)).toBeNull();
  });
});
