/** The delay of a retry: its growth, its ceiling and its spread. */

import { describe, expect, it } from 'vitest';
import { exponentialDefaults, exponentialDelay } from '../../lib/roles/retry-delay.ts';
import fc from '../support/properties.ts';

describe('the exponential delay', () => {
  it('doubles from its first to its ceiling', () => {
    const delay = exponentialDelay({ firstMs: 1_000, factor: 2, maxMs: 10_000 });

    expect([0, 1, 2, 3, 4, 50].map((retry) => delay(retry, 1))).toEqual([
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
          const ms = exponentialDelay()(retry, random);
          expect(Number.isInteger(ms)).toBe(true);
          expect(ms).toBeGreaterThanOrEqual(Math.floor(ceiling / 2));
          expect(ms).toBeLessThanOrEqual(ceiling);
        },
      ),
    );
  });
});
