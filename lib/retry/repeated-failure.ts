/**
 * Tells of something that fails again and again without filling the log: the first failure is told
 * at once, later ones after pauses that double, and the end of it once. What fails and recovers in
 * turn is told no more often than the first pause allows.
 */
import type { Clock } from '../ports/clock.ts';
import type { LogFields, Logger } from '../ports/logger.ts';

/** Options of {@link RepeatedFailure}. */
export interface RepeatedFailureOptions {
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Times between two tellings, in milliseconds. */
const tellingPauseMs = Object.freeze({ first: 10_000, last: 600_000 });

/** See this file's head. */
export class RepeatedFailure {
  readonly #options: RepeatedFailureOptions;
  /** Null while all is well. */
  #since: number | null = null;
  #failures = 0;
  #isTold = false;
  #pauseMs: number = tellingPauseMs.first;
  #tellAt = Number.NEGATIVE_INFINITY;

  constructor(options: RepeatedFailureOptions) {
    this.#options = options;
  }

  /** It has failed; tells it unless that was done lately. */
  failed(level: 'warn' | 'error', message: string, fields: LogFields): void {
    const { clock, logger } = this.#options;
    const now = clock.now();
    this.#since ??= now;
    this.#failures += 1;
    if (now < this.#tellAt) return;
    this.#isTold = true;
    this.#tellAt = now + this.#pauseMs;
    this.#pauseMs = Math.min(this.#pauseMs * 2, tellingPauseMs.last);
    logger[level](message, { ...fields, failures: this.#failures });
  }

  /**
   * It works. When a failure was told, so is this, and as a warning: who reads the one must not
   * miss the other.
   */
  worked(message: string, fields: LogFields = {}): void {
    if (this.#since === null) return;
    const { clock, logger } = this.#options;
    const now = clock.now();
    if (this.#isTold) {
      logger.warn(message, { ...fields, failures: this.#failures, lastedMs: now - this.#since });
    }
    this.#since = null;
    this.#failures = 0;
    this.#isTold = false;
    this.#pauseMs = tellingPauseMs.first;
    this.#tellAt = Math.min(this.#tellAt, now + tellingPauseMs.first);
  }
}
