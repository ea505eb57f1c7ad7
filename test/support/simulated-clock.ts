import type { Clock } from '../../lib/ports/clock.ts';

interface Timer {
  readonly at: number;
  /** Grows with each timer: of two for one time, the older fires first. */
  readonly order: number;
  readonly callback: () => void;
  isCancelled: boolean;
}

/** Returns the clock of a machine that shows another time, `ms` off. */
export function offBy(clock: Clock, ms: number): Clock {
  return {
    now: () => clock.now() + ms,
    monotonicMs: () => clock.monotonicMs(),
    after: (delayMs, callback) => clock.after(delayMs, callback),
  };
}

/**
 * A clock that a test advances; timers fire in the order of their times. Its time of day may step
 * without them.
 */
export class SimulatedClock implements Clock {
  #now: number;
  #stepMs = 0;
  readonly #timers = new TimerHeap();
  #order = 0;
  #pending = 0;

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
    this.#order += 1;
    this.#pending += 1;
    const at = this.#now + Math.max(0, ms);
    const timer: Timer = { at, order: this.#order, callback, isCancelled: false };
    this.#timers.push(timer);
    return () => this.#end(timer);
  }

  /** Number of timers that have not fired: 0 when everything is closed. */
  get pendingTimers(): number {
    return this.#pending;
  }

  /**
   * Advances the time by `ms` and fires the timers that become due, including those that are set by
   * a timer meanwhile.
   */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    for (;;) {
      const next = this.#timers.first;
      if (next === undefined || next.at > end) break;
      this.#timers.pop();
      if (next.isCancelled) continue;
      this.#end(next);
      this.#now = Math.max(this.#now, next.at);
      next.callback();
      await settled();
    }
    this.#now = end;
    await settled();
  }

  /** A timer that has fired or was cancelled stays among the others until its time. */
  #end(timer: Timer): void {
    if (timer.isCancelled) return;
    timer.isCancelled = true;
    this.#pending -= 1;
  }
}

/** The timers of a clock as a binary heap, the earliest first. */
class TimerHeap {
  readonly #timers: Timer[] = [];

  get first(): Timer | undefined {
    return this.#timers[0];
  }

  push(timer: Timer): void {
    const timers = this.#timers;
    let place = timers.push(timer) - 1;
    while (place > 0) {
      const above = (place - 1) >> 1;
      const parent = timers[above];
      if (parent === undefined || !isBefore(timer, parent)) break;
      timers[place] = parent;
      place = above;
    }
    timers[place] = timer;
  }

  /** Removes the first timer. */
  pop(): void {
    const timers = this.#timers;
    const last = timers.pop();
    if (last === undefined || timers.length === 0) return;
    let place = 0;
    for (;;) {
      const child = this.#earlierChild(place);
      const timer = timers[child];
      if (timer === undefined || !isBefore(timer, last)) break;
      timers[place] = timer;
      place = child;
    }
    timers[place] = last;
  }

  #earlierChild(place: number): number {
    const left = 2 * place + 1;
    const [one, other] = [this.#timers[left], this.#timers[left + 1]];
    return one !== undefined && other !== undefined && isBefore(other, one) ? left + 1 : left;
  }
}

function isBefore(one: Timer, other: Timer): boolean {
  return one.at < other.at || (one.at === other.at && one.order < other.order);
}

/** Lets the continuations of settled promises run. */
function settled(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
