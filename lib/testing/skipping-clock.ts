import type { Clock } from '../ports/clock.ts';

/** A callback that is called at a time, in milliseconds. */
interface Alarm {
  readonly at: number;
  /** Whether it only looks whether there is something to do, or renews a lease. */
  readonly isBackground: boolean;
  readonly callback: () => void;
}

/**
 * How long the background goes on after the last thing that happened, in milliseconds of the
 * simulated time: the leader of a map run looks many times in this time.
 */
const backgroundMs = 2_000;

/**
 * Turns of the event loop after which nothing happens any more: a group of checkpoints is gathered
 * for one turn.
 */
const quietTurns = 3;

/**
 * A simulated clock that skips the time in which nothing happens: as soon as nothing runs any more,
 * it is the time of the next timer. So a Wait of a day takes no time.
 *
 * What recurs by itself, such as heartbeats, uses {@link background}. Its timers are called only
 * for a few seconds after the last thing that happened, and do not slow down the skip of a year.
 * When nothing but them is left, nothing can happen any more, and `onStuck` is called.
 */
export class SkippingClock implements Clock {
  readonly background: Clock;
  readonly #startMs: number;
  readonly #onStuck: () => void;
  readonly #alarms = new Set<Alarm>();
  /** What is under way in real time: while there is any, no time is skipped. */
  #held = 0;
  #nowMs: number;
  #lastEventMs: number;
  #isPumping = false;
  #turnsLeft = 0;
  #release: () => void = () => {};

  /**
   * @param startMs milliseconds since 1970
   * @param onStuck called when nothing is left that could happen
   */
  constructor(startMs: number, onStuck: () => void) {
    this.#startMs = startMs;
    this.#nowMs = startMs;
    this.#lastEventMs = startMs;
    this.#onStuck = onStuck;
    this.background = {
      now: () => this.now(),
      monotonicMs: () => this.monotonicMs(),
      after: (ms, callback) => this.#add(ms, callback, true),
    };
  }

  now(): number {
    return this.#nowMs;
  }

  monotonicMs(): number {
    return this.#nowMs - this.#startMs;
  }

  after(ms: number, callback: () => void): () => void {
    return this.#add(ms, callback, false);
  }

  /** Notes that something happens now: no time passes before its consequences have. */
  touch(): void {
    this.#turnsLeft = quietTurns;
  }

  /** Lets no time pass while `work` runs, which takes real time. */
  async hold<Result>(work: () => Promise<Result>): Promise<Result> {
    this.#held += 1;
    try {
      return await work();
    } finally {
      this.#held -= 1;
      this.#lastEventMs = this.#nowMs;
      this.touch();
      if (this.#held === 0) this.#release();
    }
  }

  /** Lets time pass again for as long as `waiting` does, within {@link hold}. */
  async rest<Result>(waiting: Promise<Result>): Promise<Result> {
    this.#held -= 1;
    if (this.#held === 0) this.#release();
    try {
      return await waiting;
    } finally {
      this.#held += 1;
    }
  }

  #add(ms: number, callback: () => void, isBackground: boolean): () => void {
    const alarm = { at: this.#nowMs + Math.max(0, ms), isBackground, callback };
    this.#alarms.add(alarm);
    void this.#pump();
    return () => this.#alarms.delete(alarm);
  }

  async #pump(): Promise<void> {
    if (this.#isPumping) return;
    this.#isPumping = true;
    while (this.#alarms.size > 0) {
      await nextTurn();
      this.#turnsLeft -= 1;
      if (this.#held > 0) await this.#released();
      else if (this.#turnsLeft <= 0) this.#callNext();
    }
    this.#isPumping = false;
  }

  #released(): Promise<void> {
    return new Promise((resolve) => {
      this.#release = resolve;
    });
  }

  #callNext(): void {
    const next = this.#earliest(() => true);
    if (next === undefined) return;
    const isOver = next.isBackground && next.at > this.#lastEventMs + backgroundMs;
    const event = isOver ? this.#earliest(({ isBackground }) => !isBackground) : next;
    if (event === undefined) {
      // Waiting would never end: the run is notified, and stops.
      this.#lastEventMs = this.#nowMs;
      this.#onStuck();
      return;
    }
    this.#alarms.delete(event);
    this.#nowMs = Math.max(this.#nowMs, event.at);
    if (!event.isBackground) this.#lastEventMs = this.#nowMs;
    this.touch();
    event.callback();
  }

  #earliest(isWanted: (alarm: Alarm) => boolean): Alarm | undefined {
    let earliest: Alarm | undefined;
    for (const alarm of this.#alarms) {
      if (isWanted(alarm) && (earliest === undefined || alarm.at < earliest.at)) earliest = alarm;
    }
    return earliest;
  }
}

/** Resolves when the continuations of settled promises have run. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
