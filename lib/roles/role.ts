import { messageOf } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { Logger } from '../ports/logger.ts';
import type { Metrics } from '../ports/metrics.ts';
import { backoffMs } from '../retry/backoff.ts';
import { pause } from '../retry/pause.ts';
import { RepeatedFailureLogger } from '../retry/repeated-failure-logger.ts';

/** What every role is constructed from. */
export interface RoleOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Returns a number in [0, 1); spreads the ticks of many processes. */
  readonly random: () => number;
  /** Receives the progress of the loop. @default nothing is measured */
  readonly metrics?: Metrics;
}

/** How a role's loop goes on, as health checks and the watchdog see it. */
export interface LoopProgress {
  readonly name: string;
  /**
   * `stopped`: not started, or stopped. `waiting`: between two rounds, or until it has room for
   * more. `working`: within a round.
   */
  readonly state: 'stopped' | 'waiting' | 'working';
  /** Time since its last sign of life, in milliseconds. */
  readonly quietMs: number;
  /** How long a round may take without a sign of life, in milliseconds. */
  readonly quietMsMax: number;
  /** Rounds that have failed in a row. */
  readonly failures: number;
  /** Whether a round has ended without a failure since the start. */
  readonly hasSucceeded: boolean;
}

/** Delay after the first failing tick, in milliseconds; it doubles with each further one. */
const failurePauseFirstMs = 250;

/**
 * Runs `tick` in a loop that can be started, woken and stopped. A role implements `tick`, and what
 * happens before the first and after the last tick.
 *
 * Modes: *idle* (new, or stopped) → `start()` → *running* → `stop()` → *stopping* (the signal of
 * the current tick is aborted; the tick ends in its own time) → *idle*. Starting twice and stopping
 * twice are harmless; a role that is started again while it is stopping restarts after the stop. A
 * tick that throws is retried with growing delays and logged by a {@link RepeatedFailureLogger}; it
 * never ends the loop.
 */
export abstract class Role {
  abstract readonly name: string;
  /** Maximum delay after failing ticks, in milliseconds. */
  protected readonly failurePauseMaxMs: number = 15_000;
  /** How long a tick may take without a sign of life before it counts as stuck, in milliseconds. */
  protected readonly quietMsMax: number = 300_000;
  readonly #options: RoleOptions;
  readonly #failureLogger: RepeatedFailureLogger;
  #stopping: AbortController | null = null;
  #loop: Promise<void> = Promise.resolve();
  #waking = new AbortController();
  #failures = 0;
  #state: LoopProgress['state'] = 'stopped';
  #aliveMs = 0;
  #hasSucceeded = false;

  constructor(options: RoleOptions) {
    this.#options = options;
    this.#failureLogger = new RepeatedFailureLogger(options);
  }

  /**
   * Does one round of work. Returns the time until the next round, in milliseconds (0: at once).
   * `signal` aborts when the role is stopping: a tick must then start nothing new, and end soon.
   */
  abstract tick(signal: AbortSignal): Promise<number>;

  /** The loops of this role: its own, and those that it has started. */
  get loops(): readonly Role[] {
    return [this];
  }

  /** How the loop goes on. */
  get progress(): LoopProgress {
    return {
      name: this.name,
      state: this.#state,
      quietMs: this.#options.clock.monotonicMs() - this.#aliveMs,
      quietMsMax: this.quietMsMax,
      failures: this.#failures,
      hasSucceeded: this.#hasSucceeded,
    };
  }

  /** Gives a sign of life within a tick that takes long, such as before a retry. */
  protected showLife(): void {
    this.#aliveMs = this.#options.clock.monotonicMs();
  }

  /** Waits, within a tick, for something that may take any time. */
  protected async rest<Result>(waiting: Promise<Result>): Promise<Result> {
    this.#enter('waiting');
    try {
      return await waiting;
    } finally {
      this.#enter('working');
    }
  }

  /** Called before the first tick. */
  protected begin(): void {}

  /** Called after the last tick; `stop()` waits for it. A failure is logged, and does not throw. */
  protected async end(): Promise<void> {}

  /** Starts the loop, unless it is running already. */
  start(): void {
    if (this.#stopping !== null) return;
    const stopping = new AbortController();
    this.#stopping = stopping;
    this.#loop = this.#loop.then(() => this.#run(stopping.signal));
  }

  /** Stops the loop. Resolves when the last tick, and {@link end}, have finished. */
  async stop(): Promise<void> {
    this.#stopping?.abort();
    this.#stopping = null;
    this.wake();
    await this.#loop;
  }

  /** Starts the next tick now instead of after its pause. */
  wake(): void {
    this.#waking.abort();
  }

  async #run(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    this.#hasSucceeded = false;
    this.begin();
    while (!signal.aborted) {
      this.#enter('working');
      this.#waking = new AbortController();
      const pauseMs = await this.#tickOnce(signal);
      this.#enter('waiting');
      if (pauseMs > 0 && !signal.aborted) await this.#pause(pauseMs);
    }
    await this.#endOnce();
    this.#enter('stopped');
  }

  #enter(state: LoopProgress['state']): void {
    this.#state = state;
    this.showLife();
  }

  async #endOnce(): Promise<void> {
    try {
      await this.end();
    } catch (error) {
      this.#options.logger.warn(`${this.name} not stopped cleanly: its leases will expire`, {
        role: this.name,
        error: messageOf(error),
      });
    }
  }

  async #tickOnce(signal: AbortSignal): Promise<number> {
    try {
      const pauseMs = await this.tick(signal);
      this.#reportProgress();
      this.#failures = 0;
      this.#hasSucceeded = true;
      this.#failureLogger.recovered(`${this.name} recovered`, { role: this.name });
      return pauseMs;
    } catch (error) {
      if (signal.aborted) return 0;
      const backoff = { firstMs: failurePauseFirstMs, maxMs: this.failurePauseMaxMs };
      const pauseMs = backoffMs(backoff, this.#failures, 0);
      this.#failures += 1;
      this.#options.metrics?.count('roleFailures', 1, { role: this.name });
      this.#failureLogger.failed('error', `${this.name} failed: retrying`, {
        role: this.name,
        pauseMs,
        error: messageOf(error),
      });
      return pauseMs;
    }
  }

  /** Shows a watchdog that the loop goes on: its last round is recent. */
  #reportProgress(): void {
    const { metrics, clock } = this.#options;
    if (metrics === undefined) return;
    const labels = { role: this.name };
    metrics.count('roleTicks', 1, labels);
    metrics.gauge('roleLastTick', clock.now() / 1_000, labels);
  }

  /** Pauses up to a tenth longer than `ms`, so that processes do not stay in step. */
  async #pause(ms: number): Promise<void> {
    await pause(this.#options.clock, ms * (1 + this.#options.random() / 10), this.#waking.signal);
  }
}
