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

/** See this file's head. */
export class Pause {
  readonly #clock: Clock;
  readonly #instance: string;
  #state: PauseState = 'available';
  #resumeMs = resumeMsDefault;
  #cancelResume = () => {};

  /** @param instance the ARN that the refusal names */
  constructor(clock: Clock, instance: string) {
    this.#clock = clock;
    this.#instance = instance;
  }

  get state(): PauseState {
    return this.#state;
  }

  pause(resumeMs: number): void {
    this.resume();
    this.#resumeMs = resumeMs;
    this.#state = 'paused';
  }

  resume(): void {
    this.#cancelResume();
    this.#state = 'available';
  }

  /** @throws ServiceError until the database has resumed */
  admit(): void {
    if (this.#state === 'available') return;
    if (this.#state === 'paused') {
      this.#state = 'resuming';
      this.#cancelResume = this.#clock.after(this.#resumeMs, () => this.resume());
    }
    const message =
      `The Aurora DB instance ${this.#instance} is resuming after being auto-paused. ` +
      'Please wait a few seconds and try again.';
    throw new ServiceError('DatabaseResumingException', message);
  }
}
