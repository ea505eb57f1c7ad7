/** Running a failed operation again: policies, limits, abort. */
import { describe, expect, it } from 'vitest';
import { MillraceError } from '../../lib/errors.ts';
import { equalJitter } from '../../lib/retry/backoff.ts';
import {
  type FailedAttempt,
  forServiceFaults,
  type RetryOptions,
  type RetryPolicy,
  retry,
  retryDelayMs,
} from '../../lib/retry/retry.ts';
import fc from '../support/properties.ts';
import { settle } from '../support/signal.ts';
import { SimulatedClock } from '../support/simulated-clock.ts';

const unlimited: RetryPolicy = { backoff: { firstMs: 100, maxMs: 400 } };

/** Runs an operation that fails with these errors in turn and then succeeds. */
async function start(
  errors: readonly unknown[],
  options: Partial<RetryOptions> & { readonly clock?: SimulatedClock } = {},
) {
  const clock = options.clock ?? new SimulatedClock();
  const startedAt = clock.now();
  const attemptsAt: number[] = [];
  const operation = async () => {
    const error = errors[attemptsAt.length];
    attemptsAt.push(clock.now() - startedAt);
    if (error !== undefined) throw error;
    return 'done';
  };
  const result = retry(operation, { policyFor: () => unlimited, ...options, clock });
  const settled = result.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  await settle();
  return { clock, attemptsAt, settled };
}

const failures = (count: number) =>
  Array.from({ length: count }, (_, index) => new Error(`failure ${index}`));

describe('retry', () => {
  it('an operation that succeeds runs once', async () => {
    const { clock, attemptsAt, settled } = await start([]);

    expect(await settled).toEqual({ value: 'done' });
    expect(attemptsAt).toEqual([0]);
    expect(clock.pendingTimers).toBe(0);
  });

  it('a failing operation runs again after each delay of its schedule until it succeeds', async () => {
    const { clock, attemptsAt, settled } = await start(failures(5));

    await clock.advance(10_000);

    expect(await settled).toEqual({ value: 'done' });
    expect(attemptsAt).toEqual([0, 100, 300, 700, 1_100, 1_500]);
  });

  it('an error without a policy is thrown at once', async () => {
    const [error] = failures(1);
    const { attemptsAt, settled } = await start([error], { policyFor: () => null });

    expect(await settled).toEqual({ error });
    expect(attemptsAt).toEqual([0]);
  });

  it('the last error is thrown when the maximum number of attempts is reached', async () => {
    const errors = failures(9);
    const limited = { ...unlimited, attemptsMax: 3 };
    const { clock, attemptsAt, settled } = await start(errors, { policyFor: () => limited });

    await clock.advance(10_000);

    expect(await settled).toEqual({ error: errors[2] });
    expect(attemptsAt).toEqual([0, 100, 300]);
  });

  it('the last error is thrown when the maximum time has passed since the first attempt', async () => {
    const errors = failures(99);
    const limited: RetryPolicy = { backoff: { firstMs: 100, maxMs: 100 }, elapsedMsMax: 250 };
    const { clock, attemptsAt, settled } = await start(errors, { policyFor: () => limited });

    await clock.advance(10_000);

    expect(await settled).toEqual({ error: errors[3] });
    expect(attemptsAt).toEqual([0, 100, 200, 300]);
  });

  it('each policy counts only its own retries', async () => {
    const [busy, lost] = [new Error('busy'), new Error('lost')];
    const forBusy: RetryPolicy = { backoff: { firstMs: 10, maxMs: 100 }, attemptsMax: 3 };
    const forLost: RetryPolicy = { backoff: { firstMs: 1_000, maxMs: 9_000 }, attemptsMax: 3 };
    const { clock, attemptsAt, settled } = await start([busy, lost, busy, lost], {
      policyFor: (error) => (error === busy ? forBusy : forLost),
    });

    await clock.advance(60_000);

    expect(await settled).toEqual({ value: 'done' });
    expect(attemptsAt).toEqual([0, 10, 1_010, 1_030, 3_030]);
  });

  it('an abort during a delay throws the last error without another attempt', async () => {
    const stop = new AbortController();
    const errors = failures(5);
    const { clock, attemptsAt, settled } = await start(errors, { signal: stop.signal });
    await clock.advance(150);

    stop.abort();

    expect(await settled).toEqual({ error: errors[1] });
    expect(attemptsAt).toEqual([0, 100]);
    expect(clock.pendingTimers).toBe(0);
  });

  it('an operation whose signal has already aborted runs once', async () => {
    const [error] = failures(1);

    const failing = await start([error], { signal: AbortSignal.abort() });
    const succeeding = await start([], { signal: AbortSignal.abort() });

    expect(await failing.settled).toEqual({ error });
    expect(await succeeding.settled).toEqual({ value: 'done' });
  });

  it('every failure that is followed by a delay is reported with that delay', async () => {
    const errors = failures(2);
    const reported: FailedAttempt[] = [];
    const { clock, settled } = await start(errors, {
      onRetry: (failure) => reported.push(failure),
    });

    await clock.advance(1_000);
    await settled;

    expect(reported).toEqual([
      { error: errors[0], delayMs: 100 },
      { error: errors[1], delayMs: 200 },
    ]);
  });

  it('the jitter of a schedule is drawn again for each delay', async () => {
    const numbers = [0, 0.5];
    const jittered: RetryPolicy = { backoff: { ...unlimited.backoff, jitter: equalJitter } };
    const { clock, attemptsAt, settled } = await start(failures(2), {
      policyFor: () => jittered,
      random: () => numbers.shift() ?? 0,
    });

    await clock.advance(1_000);

    await settled;
    expect(attemptsAt).toEqual([0, 50, 200]);
  });

  it('the number of attempts never exceeds the maximum of the policy', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 8 }), fc.nat(10), async (attemptsMax, failing) => {
        const limited: RetryPolicy = { backoff: { firstMs: 1, maxMs: 50 }, attemptsMax };
        const { clock, attemptsAt, settled } = await start(failures(failing), {
          policyFor: () => limited,
        });
        await clock.advance(1_000);

        const outcome = await settled;

        expect(attemptsAt).toHaveLength(Math.min(failing + 1, attemptsMax));
        expect('value' in outcome).toBe(failing < attemptsMax);
      }),
      { numRuns: 30 },
    );
  });
});

describe('retryDelayMs', () => {
  it('a policy without limits always has another delay', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), (retries, elapsedMs) => {
        expect(retryDelayMs(unlimited, { retries, elapsedMs }, 0)).toBeLessThanOrEqual(400);
      }),
    );
  });

  it('a policy of one attempt has no delay', () => {
    const once = { ...unlimited, attemptsMax: 1 };

    expect(retryDelayMs(once, { retries: 0, elapsedMs: 0 }, 0)).toBeNull();
  });
});

describe('forServiceFaults', () => {
  it("a policy for service faults applies to Millrace's errors about services alone", () => {
    const policyFor = forServiceFaults(unlimited);

    const retryable = new MillraceError('STORE_UNAVAILABLE', 'no connection', { retryable: true });
    expect(policyFor(retryable)).toBe(unlimited);
    expect(policyFor(new MillraceError('STORE_UNAVAILABLE', 'wrong password'))).toBe(unlimited);
    expect(policyFor(new MillraceError('STORE_FAILED', 'invalid text'))).toBeNull();
    expect(policyFor(new Error('no connection'))).toBeNull();
    expect(policyFor(null)).toBeNull();
  });
});
