/** Delays between the retries of a task: growth, maximum and jitter. */
import { describe, expect, it } from 'vitest';
import { durationMsMax } from '../../lib/engine/limits.ts';
import {
  asynqDelay,
  customDelay,
  exponentialDefaults,
  exponentialDelay,
  type RetryDelay,
} from '../../lib/retry/task-retry-delay.ts';
import fc from '../support/properties.ts';

describe('the exponential delay', () => {
  it('the exponential delay doubles from the first to the maximum', () => {
    const delay = exponentialDelay({ firstMs: 1_000, factor: 2, maxMs: 10_000 });

    expect([0, 1, 2, 3, 4, 50].map((retry) => delay(retry, 1, 'Odd'))).toEqual([
      1_000, 2_000, 4_000, 8_000, 10_000, 10_000,
    ]);
  });

  it('the exponential delay is between half and all of its maximum, in whole milliseconds', () => {
    const { firstMs, factor, maxMs } = exponentialDefaults;
    fc.assert(
      fc.property(
        fc.nat(200),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (retry, random) => {
          const ceiling = Math.min(firstMs * factor ** retry, maxMs);
          const ms = exponentialDelay()(retry, random, 'Odd');
          expect(Number.isInteger(ms)).toBe(true);
          expect(ms).toBeGreaterThanOrEqual(Math.floor(ceiling / 2));
          expect(ms).toBeLessThanOrEqual(ceiling);
        },
      ),
    );
  });
});

/** [retries made, least, most], in seconds, computed by hand from asynq's formula. */
const asynqRanges = [
  [0, 15, 44],
  [1, 16, 74],
  [2, 31, 118],
  [3, 96, 212],
  [5, 640, 814],
  [10, 10_015, 10_334],
  [25, 390_640, 391_394],
] as const;

describe('the delay of asynq', () => {
  for (const [retries, least, most] of asynqRanges) {
    it(`the delay of asynq after ${retries} retries is between ${least} and ${most} seconds`, () => {
      const delay = asynqDelay();

      expect(delay(retries, 0, 'Odd')).toBe(least * 1_000);
      expect(delay(retries, 1 - Number.EPSILON, 'Odd')).toBe(most * 1_000);
    });
  }

  it('the delay of asynq never exceeds the longest possible duration', () => {
    expect(asynqDelay()(1_000, 0.5, 'Odd')).toBe(durationMsMax);
  });
});

describe('a custom delay', () => {
  const setUp = (custom: RetryDelay) => {
    const warnings: string[] = [];
    const delay = customDelay(
      custom,
      () => 7,
      (reason) => warnings.push(reason),
    );
    return { warnings, delay };
  };

  it('a custom delay gets the number of the retry and the error', () => {
    const { delay, warnings } = setUp((retry, _random, error) =>
      error === 'Busy' ? 500 * (retry + 1) : 0,
    );

    expect([delay(0, 0, 'Busy'), delay(2, 0, 'Busy'), delay(2, 0, 'Odd')]).toEqual([500, 1_500, 0]);
    expect(warnings).toEqual([]);
  });

  it('a custom delay never exceeds the longest possible duration', () => {
    expect(setUp(() => 1e30).delay(0, 0, 'Odd')).toBe(durationMsMax);
  });

  for (const [what, answer] of [
    ['NaN', () => Number.NaN],
    ['an infinite number', () => Number.POSITIVE_INFINITY],
    ['a negative number', () => -1],
  ] as const) {
    it(`a custom delay that returns ${what} is replaced by the fallback with a warning`, () => {
      const { delay, warnings } = setUp(answer);

      expect(delay(0, 0, 'Odd')).toBe(7);
      expect(warnings).toEqual([expect.stringMatching(/^it returned (NaN|Infinity|-1) ms$/)]);
    });
  }

  it('a custom delay that throws is replaced by the fallback with a warning', () => {
    const { delay, warnings } = setUp(() => {
      throw new Error('odd');
    });

    expect(delay(0, 0, 'Odd')).toBe(7);
    expect(warnings).toEqual(['odd']);
  });
});
