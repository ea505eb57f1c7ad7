import type { Clock } from '../ports/clock.ts';
import { type BackoffSchedule, backoffMs } from './backoff.ts';
import { isServiceFault } from './is-service-fault.ts';
import { pause } from './pause.ts';

/** How often a failed operation runs again, and with which delays. */
export interface RetryPolicy {
  readonly backoff: BackoffSchedule;
  /** Maximum number of attempts, the first included. @default no limit */
  readonly attemptsMax?: number;
  /**
   * No delay begins when this much time has passed since the first attempt began, in milliseconds.
   * @default no limit
   */
  readonly elapsedMsMax?: number;
}

/** Chooses the policy for a failure; null when running the operation again would not help. */
export type RetryPolicyFor = (error: unknown) => RetryPolicy | null;

/** A failed attempt that is followed by another. */
export interface FailedAttempt {
  readonly error: unknown;
  /** Time to the next attempt, in milliseconds. */
  readonly delayMs: number;
}

/** Options of {@link retry}. */
export interface RetryOptions {
  readonly clock: Clock;
  readonly policyFor: RetryPolicyFor;
  /** Ends the delay under way and all retries; the operation itself is not interrupted. */
  readonly signal?: AbortSignal;
  /** Draws the jitter, in [0, 1); may be left out for schedules without jitter. */
  readonly random?: () => number;
  /** Called before each delay. */
  readonly onRetry?: (failure: FailedAttempt) => void;
}

/**
 * Runs `operation` until it succeeds and returns its result. Throws its last error when that error
 * has no policy, when the policy's limits are reached, or when `signal` aborts. Each policy counts
 * only its own retries, so that different kinds of failure have different limits.
 */
export async function retry<Result>(
  operation: () => Promise<Result>,
  { clock, policyFor, signal, random = () => 0, onRetry }: RetryOptions,
): Promise<Result> {
  const startedAt = clock.monotonicMs();
  const retriesByPolicy = new Map<RetryPolicy, number>();
  for (;;) {
    try {
      return await operation();
    } catch (error) {
      const policy = policyFor(error);
      if (policy === null || signal?.aborted) throw error;
      const retries = retriesByPolicy.get(policy) ?? 0;
      retriesByPolicy.set(policy, retries + 1);
      const delayMs = retryDelayMs(
        policy,
        { retries, elapsedMs: clock.monotonicMs() - startedAt },
        random(),
      );
      if (delayMs === null) throw error;
      onRetry?.({ error, delayMs });
      await pause(clock, delayMs, signal);
      if (signal?.aborted) throw error;
    }
  }
}

/** What was done so far: retries made, and milliseconds since the first attempt began. */
export interface RetryProgress {
  readonly retries: number;
  readonly elapsedMs: number;
}

/** Returns the delay before the next attempt in milliseconds, or null when there is none. */
export function retryDelayMs(
  { backoff, attemptsMax, elapsedMsMax }: RetryPolicy,
  { retries, elapsedMs }: RetryProgress,
  random: number,
): number | null {
  if (attemptsMax !== undefined && retries + 1 >= attemptsMax) return null;
  if (elapsedMsMax !== undefined && elapsedMs >= elapsedMsMax) return null;
  return backoffMs(backoff, retries, random);
}

/** Applies `policy` to faults of a service, and to no other errors. */
export function forServiceFaults(policy: RetryPolicy): RetryPolicyFor {
  return (error) => (isServiceFault(error) ? policy : null);
}
