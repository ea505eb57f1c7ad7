/** The delay of a retry: its growth, its ceiling and its spread. */

import { describe, expect, it } from 'vitest';
import { durationMsMax } from '../../lib/engine/limits.ts';
import {
  asynqDelay,
  exponentialDefaults,
  exponentialDelay,
  ownDelay,
  type RetryDelay,
} from '../../lib/retry/task-retry-delay.ts';
import fc from '../support/properties.ts';

describe('the exponential delay', () => {
  it('doubles from its first to its ceiling', () => {
    const delay = exponentialDelay({ firstMs: 1_000, factor: 2, maxMs: 10_000 });

    expect([0, 1, 2, 3, 4, 50].map((retry) => delay(retry, 1, 'Odd'))).toEqual([
      1_000, 2_000, 4_000, 8_000, 10_000, 10_000,
    ]);
  });

  it('lies between half and all of its ceiling, in whole milliseconds', () => {
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

/** [retries made, least, most], in seconds, as the formula of asynq gives them by hand. */
const asynqRanges = [
  [0, 15, 44],
  [1, 16, 74],
  [2, 31, 118],
  [3, 96, 212],
  [5, 640, 814],
  [10, 10_015, 10_334],
  [25, 390_640, 391_394],
] as const;

describe("asynq's delay", () => {
  for (const [retries, least, most] of asynqRanges) {
    it(`after ${retries} retries lies between ${least} and ${most} seconds`, () => {
      const delay = asynqDelay();

      expect(delay(retries, 0, 'Odd')).toBe(least * 1_000);
      expect(delay(retries, 1 - Number.EPSILON, 'Odd')).toBe(most * 1_000);
    });
  }

  it('never is longer than anything may be waited for', () => {
    expect(asynqDelay()(1_000, 0.5, 'Odd')).toBe(durationMsMax);
  });
});

describe("a delay of the app's own", () => {
  const setUp = (own: RetryDelay) => {
    const faults: string[] = [];
    const delay = ownDelay(
      own,
      () => 7,
      (fault) => faults.push(fault),
    );
    return { faults, delay };
  };

  it('is told which retry and which error it is', () => {
    const { delay, faults } = setUp((retry, _random, error) =>
      error === 'Busy' ? 500 * (retry + 1) : 0,
    );

    expect([delay(0, 0, 'Busy'), delay(2, 0, 'Busy'), delay(2, 0, 'Odd')]).toEqual([500, 1_500, 0]);
    expect(faults).toEqual([]);
  });

  it('is bounded by the longest that may be waited for', () => {
    expect(setUp(() => 1e30).delay(0, 0, 'Odd')).toBe(durationMsMax);
  });

  for (const [what, answer] of [
    ['no number', () => Number.NaN],
    ['a number without an end', () => Number.POSITIVE_INFINITY],
    ['a number below 0', () => -1],
  ] as const) {
    it(`gives way to the default when it answers ${what}, and says so`, () => {
      const { delay, faults } = setUp(answer);

      expect(delay(0, 0, 'Odd')).toBe(7);
      expect(faults).toEqual([expect.stringMatching(/^it answered (NaN|Infinity|-1) ms$/)]);
    });
  }

  it('gives way to the default when it throws', () => {
    const { delay, faults } = setUp(() => {
      throw new Error('odd');
    });

    expect(delay(0, 0, 'Odd')).toBe(7);
    expect(faults).toEqual(['odd']);
  });
});
