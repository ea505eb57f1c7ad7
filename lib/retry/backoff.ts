/**
 * Delays between attempts, as data: how long the first delay is, how it grows, where it stops
 * growing and how it is spread. All functions are pure; the random number comes in.
 */

/** The random factor of a delay is drawn from `min` (inclusive) to `max` (exclusive). */
export interface Jitter {
  readonly min: number;
  readonly max: number;
}

/** Half of the delay is fixed and half is random, so that many processes do not retry in step. */
export const equalJitter: Jitter = Object.freeze({ min: 0.5, max: 1 });

/** Exponentially growing delays. */
export interface BackoffSchedule {
  /** The first delay before jitter, in milliseconds. Minimum 0. */
  readonly firstMs: number;
  /** Maximum delay before jitter, in milliseconds. */
  readonly maxMs: number;
  /** Each delay is this many times the one before. Minimum 1. @default 2 */
  readonly factor?: number;
  /** Spreads the delays of many processes. @default none: every delay is exact */
  readonly jitter?: Jitter;
}

/**
 * Returns the delay before a retry, in whole milliseconds. It never overflows, however many retries
 * were made.
 *
 * @param retries number of retries already made: 0 for the first delay
 * @param random in [0, 1); not used by a schedule without jitter
 */
export function backoffMs(schedule: BackoffSchedule, retries: number, random: number): number {
  const { firstMs, maxMs, factor = 2, jitter } = schedule;
  const growth = Math.min(factor ** retries, Number.MAX_VALUE);
  const delayMs = Math.min(firstMs * growth, maxMs);
  if (jitter === undefined) return Math.round(delayMs);
  return Math.round(delayMs * (jitter.min + random * (jitter.max - jitter.min)));
}

/**
 * Returns the delay that follows one of `previousMs`, in milliseconds: for a caller that keeps the
 * last delay instead of the number of retries. Jitter is not applied.
 *
 * @param previousMs 0 before the first delay
 */
export function nextBackoffMs(schedule: BackoffSchedule, previousMs: number): number {
  const { firstMs, maxMs, factor = 2 } = schedule;
  return Math.min(Math.max(previousMs * factor, firstMs), maxMs);
}

/** Counts the retries of something that fails, or finds nothing, again and again. */
export class Backoff {
  readonly #schedule: BackoffSchedule;
  readonly #random: () => number;
  #retries = 0;

  /** @param random draws the jitter; may be left out for a schedule without jitter */
  constructor(schedule: BackoffSchedule, random: () => number = () => 0) {
    this.#schedule = schedule;
    this.#random = random;
  }

  /** Returns the next delay, in milliseconds; the delay after it is longer. */
  nextMs(): number {
    const delayMs = backoffMs(this.#schedule, this.#retries, this.#random());
    this.#retries += 1;
    return delayMs;
  }

  /** Restarts with the first delay. */
  reset(): void {
    this.#retries = 0;
  }
}
