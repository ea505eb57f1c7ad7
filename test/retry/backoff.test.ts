/** Delays of a schedule: growth, bounds, jitter. */
import { describe, expect, it } from 'vitest';
import {
  Backoff,
  type BackoffSchedule,
  backoffMs,
  equalJitter,
  nextBackoffMs,
} from '../../lib/retry/backoff.ts';
import fc from '../support/properties.ts';

const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const retries = fc.oneof(fc.nat(20), fc.nat(), fc.constant(Number.MAX_SAFE_INTEGER));
const schedules: fc.Arbitrary<BackoffSchedule> = fc.record(
  {
    firstMs: fc.nat(),
    maxMs: fc.oneof(fc.nat(), fc.constant(Number.MAX_SAFE_INTEGER)),
    factor: fc.double({ min: 1, max: 1e300, noNaN: true }),
    jitter: fc
      .tuple(fc.double({ min: 0, max: 2, noNaN: true }), fc.double({ min: 0, max: 2, noNaN: true }))
      .map(([a, b]) => ({ min: Math.min(a, b), max: Math.max(a, b) })),
  },
  { requiredKeys: ['firstMs', 'maxMs'] },
);

describe('backoffMs', () => {
  it('a delay doubles from the first to the maximum when the schedule names no factor', () => {
    const delays = [0, 1, 2, 3, 4, 5_000].map((retry) =>
      backoffMs({ firstMs: 50, maxMs: 300 }, retry, 0.7),
    );

    expect(delays).toEqual([50, 100, 200, 300, 300, 300]);
  });

  it('a delay grows by the factor of its schedule', () => {
    const schedule = { firstMs: 50, maxMs: 10_000, factor: 3 };

    expect([0, 1, 2, 3].map((retry) => backoffMs(schedule, retry, 0))).toEqual([
      50, 150, 450, 1_350,
    ]);
  });

  it('a delay with equal jitter is between half and all of the delay without jitter', () => {
    const schedule = { firstMs: 1_000, maxMs: 4_000, jitter: equalJitter };

    expect(backoffMs(schedule, 1, 0)).toBe(1_000);
    expect(backoffMs(schedule, 1, 0.5)).toBe(1_500);
    expect(backoffMs(schedule, 1, 1 - Number.EPSILON)).toBe(2_000);
  });

  it('a delay is a whole number of milliseconds within its bounds for every schedule', () => {
    fc.assert(
      fc.property(schedules, retries, random, (schedule, retry, drawn) => {
        const { firstMs, maxMs, jitter = { min: 1, max: 1 } } = schedule;
        const delayMs = backoffMs(schedule, retry, drawn);

        expect(Number.isInteger(delayMs)).toBe(true);
        expect(delayMs).toBeGreaterThanOrEqual(Math.floor(Math.min(firstMs, maxMs) * jitter.min));
        expect(delayMs).toBeLessThanOrEqual(Math.ceil(maxMs * jitter.max));
      }),
    );
  });

  it('a later delay is never shorter than an earlier one when the random number is the same', () => {
    fc.assert(
      fc.property(schedules, retries, random, (schedule, retry, drawn) => {
        expect(backoffMs(schedule, retry + 1, drawn)).toBeGreaterThanOrEqual(
          backoffMs(schedule, retry, drawn),
        );
      }),
    );
  });
});

describe('nextBackoffMs', () => {
  it('the delay after a delay is twice as long, from the first to the maximum of its schedule', () => {
    const schedule = { firstMs: 1_000, maxMs: 5_000 };

    expect([0, 1_000, 2_000, 4_000, 5_000].map((ms) => nextBackoffMs(schedule, ms))).toEqual([
      1_000, 2_000, 4_000, 5_000, 5_000,
    ]);
  });

  it('the delay after a delay is the next delay of the schedule for every schedule without jitter', () => {
    fc.assert(
      fc.property(fc.nat(10_000), fc.nat(100_000), fc.nat(20), (firstMs, maxMs, retry) => {
        const schedule = { firstMs, maxMs: Math.max(firstMs, maxMs) };
        const previousMs = backoffMs(schedule, retry, 0);

        expect(nextBackoffMs(schedule, previousMs)).toBe(backoffMs(schedule, retry + 1, 0));
      }),
    );
  });
});

describe('a Backoff', () => {
  it('a Backoff returns the delays of its schedule in turn and starts over after a reset', () => {
    const backoff = new Backoff({ firstMs: 100, maxMs: 300 });

    const before = [backoff.nextMs(), backoff.nextMs(), backoff.nextMs(), backoff.nextMs()];
    backoff.reset();

    expect(before).toEqual([100, 200, 300, 300]);
    expect(backoff.nextMs()).toBe(100);
  });

  it('a Backoff draws a new random number for each delay', () => {
    const numbers = [0, 0.5];
    const schedule = { firstMs: 100, maxMs: 100, jitter: equalJitter };
    const backoff = new Backoff(schedule, () => numbers.shift() ?? 1);

    expect([backoff.nextMs(), backoff.nextMs()]).toEqual([50, 75]);
  });
});
