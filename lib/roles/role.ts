/**
 * The life of everything that runs in a loop: start, wake, stop, one tick on its own. A role
 * supplies `tick`, and what comes before the first and after the last of them.
 *
 * Modes: *idle* (made, or stopped) → `start()` → *running* → `stop()` → *stopping* (the current
 * tick's signal is aborted; the tick ends in its own time) → *idle*. Starting twice and stopping
 * twice are harmless; a role that is started again, even while it is stopping, begins anew when the
 * stop is over. A tick that throws is tried again after a growing pause, and logged as
 * a {@link RepeatedFailure}; it never ends the loop.
 */
import { messageOf } from '../errors.ts';
import { type Clock, pause } from '../ports/clock.ts';
import type { Logger } from '../ports/logger.ts';
import { RepeatedFailure } from '../retry/repeated-failure.ts';

/** What every role needs of the world. */
export interface RoleOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Spreads the loops of many processes apart; a number in [0, 1). */
  readonly random: () => number;
}

/** The pause after a first failing tick, in milliseconds; doubled each time. */
const failurePauseFirstMs = 250;

export abstract class Role {
  abstract readonly name: string;
  /** The longest pause after failing ticks, in milliseconds. */
  protected readonly failurePauseMaxMs: number = 15_000;
  readonly #options: RoleOptions;
  readonly #trouble: RepeatedFailure;
  #stopping: AbortController | null = null;
  #loop: Promise<void> = Promise.resolve();
  #waking = new AbortController();
  #failures = 0;

  constructor(options: RoleOptions) {
    this.#options = options;
    this.#trouble = new RepeatedFailure(options);
  }

  /**
   * Does one round of work. Answers in how many milliseconds the next is wanted (0: at once).
   * `signal` aborts when the role is stopping: begin nothing new, and end soon.
   */
  abstract tick(signal: AbortSignal): Promise<number>;

  /** What is done before the first tick. */
  protected begin(): void {}

  /**
   * What is done after the last tick; `stop()` waits for it. A failure is logged: a stop goes on.
   */
  protected async end(): Promise<void> {}

  /** Starts the loop, unless it runs already. */
  start(): void {
    if (this.#stopping !== null) return;
    const stopping = new AbortController();
    this.#stopping = stopping;
    this.#loop = this.#loop.then(() => this.#run(stopping.signal));
  }

  /** Ends the loop and resolves when its last tick and what comes after it have ended. */
  async stop(): Promise<void> {
    this.#stopping?.abort();
    this.#stopping = null;
    this.wake();
    await this.#loop;
  }

  /** Lets the next tick come now instead of after its pause. */
  wake(): void {
    this.#waking.abort();
  }

  async #run(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    this.begin();
    while (!signal.aborted) {
      this.#waking = new AbortController();
      const pauseMs = await this.#tickOnce(signal);
      if (pauseMs > 0 && !signal.aborted) await this.#pause(pauseMs);
    }
    await this.#endOnce();
  }

  async #endOnce(): Promise<void> {
    try {
      await this.end();
    } catch (error) {
      this.#options.logger.warn(`${this.name} did not let go of everything; its leases run out`, {
        role: this.name,
        error: messageOf(error),
      });
    }
  }

  async #tickOnce(signal: AbortSignal): Promise<number> {
    try {
      const pauseMs = await this.tick(signal);
      this.#failures = 0;
      this.#trouble.worked(`${this.name} works again`, { role: this.name });
      return pauseMs;
    } catch (error) {
      if (signal.aborted) return 0;
      const pauseMs = Math.min(failurePauseFirstMs * 2 ** this.#failures, this.failurePauseMaxMs);
      this.#failures += 1;
      this.#trouble.failed('error', `${this.name} failed and will try again`, {
        role: this.name,
        pauseMs,
        error: messageOf(error),
      });
      return pauseMs;
    }
  }

  /** Up to a tenth longer than asked, so that processes started together do not stay in step. */
  async #pause(ms: number): Promise<void> {
    await pause(this.#options.clock, ms * (1 + this.#options.random() / 10), this.#waking.signal);
  }
}
