/**
 * A database that pauses itself, as Aurora does at zero capacity: the first call wakes it and is
 * refused, and so is every other until it has resumed.
 */
import type { Clock } from './clock.ts';
import { ServiceError } from './service-error.ts';

/** Whether the database can be asked. */
export type PauseState = 'available' | 'paused' | 'resuming';

/** How long resuming takes, in milliseconds, when nothing else is said. */
export const resumeMsDefault = 15_000;

/** What a {@link Pause} needs. */
export interface PauseOptions {
  readonly clock: Clock;
  /** The ARN that the refusal names. */
  readonly instance: string;
  /** How long without a call until it pauses, in milliseconds; null never does. */
  readonly autoPauseMs: number | null;
  /** Whether something keeps it awake between calls. */
  readonly isBusy: () => boolean;
}

/** See this file's head. */
export class Pause {
  readonly #options: PauseOptions;
  #state: PauseState = 'available';
  #resumeMs = resumeMsDefault;
  #lastUse: number;
  #wakes = 0;
  #running = 0;
  #cancelResume = () => {};

  constructor(options: PauseOptions) {
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

  /** How often a call woke it. */
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

  /** Lets a call through. @throws ServiceError until the database has resumed */
  async during<Result>(call: () => Promise<Result>): Promise<Result> {
    const { state } = this;
    if (state !== 'available') {
      if (state === 'paused') this.#wake();
      const message =
        `The Aurora DB instance ${this.#options.instance} is resuming after being auto-paused. ` +
        'Please wait a few seconds and try again.';
      throw new ServiceError('DatabaseResumingException', message);
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
