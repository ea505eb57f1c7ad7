import type { Clock } from '../../ports/clock.ts';
import { type BackoffSchedule, backoffMs } from '../../retry/backoff.ts';

/** Delays between attempts to read a batch's files. */
const readBackoff: BackoffSchedule = Object.freeze({ firstMs: 250, maxMs: 15_000 });

/** A failed attempt. Times are in milliseconds. */
export interface FailedRead {
  /** Number of failed attempts in a row, this one included. */
  readonly attempts: number;
  /** Time since the first of them. */
  readonly lastedMs: number;
  /** Delay before the next attempt. */
  readonly pauseMs: number;
}

/**
 * Backs off while the files of one batch are unreachable. The count is kept by the leader of the
 * batch: another leader starts from zero.
 */
export class SourceBackoff {
  readonly #clock: Clock;
  #attempts = 0;
  #since = 0;
  #nextAt = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Whether the next attempt has to wait. */
  get isWaiting(): boolean {
    return this.#clock.monotonicMs() < this.#nextAt;
  }

  /** Records a failed attempt. */
  failed(): FailedRead {
    const now = this.#clock.monotonicMs();
    if (this.#attempts === 0) this.#since = now;
    const pauseMs = backoffMs(readBackoff, this.#attempts, 0);
    this.#attempts += 1;
    this.#nextAt = now + pauseMs;
    return { attempts: this.#attempts, lastedMs: now - this.#since, pauseMs };
  }

  /** Records a success. */
  reset(): void {
    this.#attempts = 0;
    this.#nextAt = Number.NEGATIVE_INFINITY;
  }
}
