/**
 * How long the files of one batch have been out of reach, and when they are asked for again. It is
 * kept by whoever leads the batch: another leader begins to count anew.
 */
import type { Clock } from '../../ports/clock.ts';

/** The pause after the first failed try, in milliseconds; doubled each time. */
const pauseFirstMs = 250;
/** The longest, in milliseconds. */
const pauseMaxMs = 15_000;

/** One more failed try. Times are in milliseconds. */
export interface FailedTry {
  readonly tries: number;
  /** Since the first of these tries. */
  readonly lastedMs: number;
  readonly pauseMs: number;
}

/** See this file's head. */
export class SourceBackoff {
  readonly #clock: Clock;
  #tries = 0;
  #since = 0;
  #nextAt = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Whether it is too early for another try. */
  get holds(): boolean {
    return this.#clock.now() < this.#nextAt;
  }

  /** A try has failed. */
  failed(): FailedTry {
    const now = this.#clock.now();
    if (this.#tries === 0) this.#since = now;
    const pauseMs = Math.min(pauseFirstMs * 2 ** this.#tries, pauseMaxMs);
    this.#tries += 1;
    this.#nextAt = now + pauseMs;
    return { tries: this.#tries, lastedMs: now - this.#since, pauseMs };
  }

  /** A try has succeeded. */
  over(): void {
    this.#tries = 0;
    this.#nextAt = Number.NEGATIVE_INFINITY;
  }
}
