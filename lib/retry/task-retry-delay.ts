/** Delays between the retries of a failed task. Pure. */
import { durationMsMax } from '../engine/limits.ts';
import { messageOf } from '../errors.ts';
import { backoffMs, equalJitter } from './backoff.ts';

/**
 * Returns the delay of a failed task before retry `retry` (0 for the first), in milliseconds, given
 * a random number in [0, 1) and the name of the error.
 */
export type RetryDelay = (retry: number, random: number, error: string) => number;

/** Options of {@link exponentialDelay}. */
export interface ExponentialDelayOptions {
  /** Maximum first delay, in milliseconds. @default 15,000 */
  readonly firstMs: number;
  /** Each delay is this many times the one before. @default 2 */
  readonly factor: number;
  /** Maximum delay, in milliseconds. @default 3,600,000 */
  readonly maxMs: number;
}

/** Defaults of {@link ExponentialDelayOptions}. */
export const exponentialDefaults: ExponentialDelayOptions = Object.freeze({
  firstMs: 15_000,
  factor: 2,
  maxMs: 3_600_000,
});

/** Returns a delay that grows exponentially up to the maximum, with equal jitter. */
export function exponentialDelay(options: Partial<ExponentialDelayOptions> = {}): RetryDelay {
  const schedule = { ...exponentialDefaults, ...options, jitter: equalJitter };
  return (retry, random) => backoffMs(schedule, retry, random);
}

/**
 * Returns asynq's default delay: after n retries, n⁴ + 15 seconds plus up to 29 times n + 1
 * seconds. The first is 15 to 44 seconds, the one after ten retries nearly three hours.
 */
export function asynqDelay(): RetryDelay {
  return (retry, random) => {
    const seconds = retry ** 4 + 15 + Math.floor(random * 30) * (retry + 1);
    return Math.min(seconds * 1_000, durationMsMax);
  };
}

/**
 * Wraps a delay function of the app, whose errors must not fail executions: if it throws, or
 * returns anything but a finite number of at least 0, `warn` is called with the reason and
 * `fallback` is used.
 */
export function customDelay(
  custom: RetryDelay,
  fallback: RetryDelay,
  warn: (reason: string) => void,
): RetryDelay {
  return (...args) => {
    try {
      const ms = custom(...args);
      if (Number.isFinite(ms) && ms >= 0) return Math.min(Math.round(ms), durationMsMax);
      warn(`it returned ${ms} ms`);
    } catch (error) {
      warn(messageOf(error));
    }
    return fallback(...args);
  };
}
