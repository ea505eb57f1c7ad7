import type { Clock } from '../ports/clock.ts';
import type { LogFields, Logger } from '../ports/logger.ts';
import { Backoff, type BackoffSchedule } from './backoff.ts';

/** What a {@link RepeatedFailureLogger} is constructed from. */
export interface RepeatedFailureLoggerDeps {
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Time between two log lines about the same failure. */
const logIntervals: BackoffSchedule = Object.freeze({ firstMs: 10_000, maxMs: 600_000 });

/**
 * Logs a failure that happens again and again without filling the log: the first failure at once,
 * later ones after intervals that double, and the recovery once. A failure that comes and goes is
 * logged no more often than the first interval allows.
 */
export class RepeatedFailureLogger {
  readonly #deps: RepeatedFailureLoggerDeps;
  readonly #intervals = new Backoff(logIntervals);
  /** When the first failure since the last recovery happened; null while there is none. */
  #failingSince: number | null = null;
  #failures = 0;
  #isLogged = false;
  #nextLogAt = Number.NEGATIVE_INFINITY;

  constructor(deps: RepeatedFailureLoggerDeps) {
    this.#deps = deps;
  }

  /** Records a failure, and logs it unless that was done recently. */
  failed(level: 'warn' | 'error', message: string, fields: LogFields): void {
    const { clock, logger } = this.#deps;
    const now = clock.monotonicMs();
    this.#failingSince ??= now;
    this.#failures += 1;
    if (now < this.#nextLogAt) return;
    this.#isLogged = true;
    this.#nextLogAt = now + this.#intervals.nextMs();
    logger[level](message, { ...fields, failures: this.#failures });
  }

  /**
   * Records a success. It is logged if the failure before it was, also as a warning: a log that
   * shows the failure must show its end.
   */
  recovered(message: string, fields: LogFields = {}): void {
    if (this.#failingSince === null) return;
    const { clock, logger } = this.#deps;
    const now = clock.monotonicMs();
    if (this.#isLogged) {
      const lastedMs = now - this.#failingSince;
      logger.warn(message, { ...fields, failures: this.#failures, lastedMs });
    }
    this.#failingSince = null;
    this.#failures = 0;
    this.#isLogged = false;
    this.#intervals.reset();
    this.#nextLogAt = Math.min(this.#nextLogAt, now + logIntervals.firstMs);
  }
}
