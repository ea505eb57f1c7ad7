import { DataApiError } from './data-api-error.ts';
import type { ServerClock } from './server-clock.ts';

/** Whether the database accepts calls. */
export type PauseState = 'available' | 'paused' | 'resuming';

/** The default duration of resuming, in milliseconds. */
export const resumeMsDefault = 15_000;

/** Options of {@link AutoPause}. */
export interface AutoPauseOptions {
  readonly clock: ServerClock;
  /** The ARN of the instance, for the error message. */
  readonly instance: string;
  /** Time without a call after which the database pauses, in milliseconds; null never. */
  readonly autoPauseMs: number | null;
  /** Whether the database must not pause although no call is running. */
  readonly isBusy: () => boolean;
}

/**
 * Simulates a database that pauses itself, as Aurora does at zero capacity. The first call wakes it
 * and is refused, as is every other until the database has resumed.
 */
export class AutoPause {
  readonly #options: AutoPauseOptions;
  #state: PauseState = 'available';
  #resumeMs = resumeMsDefault;
  #lastUse: number;
  #wakes = 0;
  #running = 0;
  #cancelResume = () => {};

  constructor(options: AutoPauseOptions) {
    this.#options = options;
    this.#lastUse = options.clock.now();
  }

  get state(): PauseState {
    const { clock, autoPauseMs, isBusy } = this.#options;
    const isIdle = this.#state === 'available' && this.#running === 0 && !isBusy();
    const idleMs = clock.now() - this.#lastUse;
    if (isIdle && autoPauseMs !== null && idleMs >= autoPauseMs) this.pause(resumeMsDefault);
    return this.#state;
  }

  /** How often a call has woken the database. */
  get wakes(): number {
    return this.#wakes;
  }

  pause(resumeMs: number): void {
    this.resume();
    this.#resumeMs = resumeMs;
    this.#state = 'paused';
  }

  resume(): void {
    this.#cancelResume();
    this.#state = 'available';
    this.#lastUse = this.#options.clock.now();
  }

  /** Runs a call. @throws DataApiError until the database has resumed */
  async run<Result>(call: () => Promise<Result>): Promise<Result> {
    const { state } = this;
    if (state !== 'available') {
      if (state === 'paused') this.#wake();
      const message =
        `The Aurora DB instance ${this.#options.instance} is resuming after being auto-paused. ` +
        'Please wait a few seconds and try again.';
      throw new DataApiError('DatabaseResumingException', message);
    }
    this.#running += 1;
    try {
      return await call();
    } finally {
      this.#running -= 1;
      this.#lastUse = this.#options.clock.now();
    }
  }

  #wake(): void {
    this.#wakes += 1;
    this.#state = 'resuming';
    this.#cancelResume = this.#options.clock.after(this.#resumeMs, () => this.resume());
  }
}
