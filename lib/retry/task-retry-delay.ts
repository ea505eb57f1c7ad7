/**
 * How long a failed task waits before its next try. Pure: the number of the retry and a random
 * number come in. Whatever the rule, the answer is a number of milliseconds that can be waited for.
 */
import { durationMsMax } from '../engine/limits.ts';
import { messageOf } from '../errors.ts';

/**
 * Milliseconds to wait before retry `retry` (0 for the first), given a random number in [0, 1) and
 * the name of the error.
 */
export type RetryDelay = (retry: number, random: number, error: string) => number;

/** How {@link exponentialDelay} grows. */
export interface ExponentialOptions {
  /** The longest first delay, in milliseconds. @default 15,000 */
  readonly firstMs: number;
  /** By how much each delay is longer than the one before. @default 2 */
  readonly factor: number;
  /** The longest delay, in milliseconds. @default 3,600,000 */
  readonly maxMs: number;
}

/** What holds for options not given. */
export const exponentialDefaults: ExponentialOptions = Object.freeze({
  firstMs: 15_000,
  factor: 2,
  maxMs: 3_600_000,
});

/**
 * Doubles each time up to a ceiling, and takes between half and all of that, so that a crowd
 * spreads.
 */
export function exponentialDelay(options: Partial<ExponentialOptions> = {}): RetryDelay {
  const { firstMs, factor, maxMs } = { ...exponentialDefaults, ...options };
  return (retry, random) => {
    const ceiling = Math.min(firstMs * factor ** retry, maxMs);
    return Math.round(ceiling * (0.5 + random / 2));
  };
}

/**
 * asynq's: with n retries made, n⁴ + 15 seconds, and up to 29 times n + 1 more. At first 15 to 44
 * seconds, nearly three hours after the tenth.
 */
export function asynqDelay(): RetryDelay {
  return (retry, random) => {
    const seconds = retry ** 4 + 15 + Math.floor(random * 30) * (retry + 1);
    return Math.min(seconds * 1_000, durationMsMax);
  };
}

/**
 * A rule of the app's own, in milliseconds. Its faults are the app's, not the execution's: what it
 * throws, or answers that is no finite number of at least 0, is told to `warn`, and `otherwise`
 * decides.
 */
export function ownDelay(
  own: RetryDelay,
  otherwise: RetryDelay,
  warn: (fault: string) => void,
): RetryDelay {
  return (...asked) => {
    try {
      const ms = own(...asked);
      if (Number.isFinite(ms) && ms >= 0) return Math.min(Math.round(ms), durationMsMax);
      warn(`it answered ${ms} ms`);
    } catch (error) {
      warn(messageOf(error));
    }
    return otherwise(...asked);
  };
}
