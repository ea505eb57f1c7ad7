import type { Clock } from '../../lib/ports/clock.ts';

interface Timer {
  readonly at: number;
  readonly callback: () => void;
}

/**
 * A clock that a test advances; timers fire in the order of their times. Its time of day may step
 * without them.
 */
export class SimulatedClock implements Clock {
  #now: number;
  #stepMs = 0;
  readonly #timers = new Set<Timer>();

  constructor(now: number = Date.UTC(2026, 0, 1)) {
    this.#now = now;
  }

  now(): number {
    return this.#now + this.#stepMs;
  }

  monotonicMs(): number {
    return this.#now;
  }

  /** Steps the time of day, as a correction of a machine's clock does. */
  step(ms: number): void {
    this.#stepMs += ms;
  }

  after(ms: number, callback: () => void): () => void {
    const timer = { at: this.#now + Math.max(0, ms), callback };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** Number of timers that have not fired: 0 when everything is closed. */
  get pendingTimers(): number {
    return this.#timers.size;
  }

  /**
   * Advances the time by `ms` and fires the timers that become due, including those that are set by
   * a timer meanwhile.
   */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    for (;;) {
      const next = this.#earliest(end);
      if (next === undefined) break;
      this.#timers.delete(next);
      this.#now = Math.max(this.#now, next.at);
      next.callback();
      await settled();
    }
    this.#now = end;
    await settled();
  }

  #earliest(end: number): Timer | undefined {
    let earliest: Timer | undefined;
    for (const timer of this.#timers) {
      if (timer.at <= end && (earliest === undefined || timer.at < earliest.at)) earliest = timer;
    }
    return earliest;
  }
}

/** Lets the continuations of settled promises run. */
function settled(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
