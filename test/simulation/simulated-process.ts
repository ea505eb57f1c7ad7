/**
 * A process that may die or stand still between any two of its steps. Everything that comes to it
 * from outside, a timer or an answer, enters by one door: a dead process never sees it, and one
 * that stands still sees it when it wakes, in order. Nothing of a dead process is tidied up.
 */
import type { Clock } from '../../lib/ports/clock.ts';
import type { Dice } from './dice.ts';

/** See this file's head. */
export class SimulatedProcess {
  readonly name: string;
  readonly dice: Dice;
  readonly clock: Clock;
  readonly #base: Clock;
  readonly #cancels = new Set<() => void>();
  #state: 'running' | 'frozen' | 'dead' = 'running';
  #waiting: (() => void)[] = [];
  #clockOffsetMs = 0;

  constructor(name: string, base: Clock, dice: Dice) {
    this.name = name;
    this.dice = dice;
    this.#base = base;
    this.clock = {
      now: () => this.#base.now() + this.#clockOffsetMs,
      after: (ms, callback) => this.#after(ms, callback),
    };
  }

  get isDead(): boolean {
    return this.#state === 'dead';
  }

  get isRunning(): boolean {
    return this.#state === 'running';
  }

  crash(): void {
    this.#state = 'dead';
    this.#waiting = [];
    for (const cancel of this.#cancels) cancel();
    this.#cancels.clear();
  }

  freeze(): void {
    if (this.#state === 'running') this.#state = 'frozen';
  }

  thaw(): void {
    if (this.#state !== 'frozen') return;
    this.#state = 'running';
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const enter of waiting) this.enter(enter);
  }

  jumpClock(ms: number): void {
    this.#clockOffsetMs += ms;
  }

  /** Lets something happen to this process: now, when it wakes, or never. */
  enter(happen: () => void): void {
    if (this.#state === 'running') happen();
    else if (this.#state === 'frozen') this.#waiting.push(happen);
  }

  /** The outcome of work done elsewhere, as this process gets to see it. */
  receive<Outcome>(work: Promise<Outcome>): Promise<Outcome> {
    return new Promise((resolve, reject) => {
      work.then(
        (outcome) => this.enter(() => resolve(outcome)),
        (error: unknown) => this.enter(() => reject(error)),
      );
    });
  }

  /** The dead set none, though what ran when they died may still run to its next step. */
  #after(ms: number, callback: () => void): () => void {
    if (this.isDead) return () => {};
    let cancelled = false;
    const forget = () => this.#cancels.delete(cancel);
    const stopTimer = this.#base.after(ms, () => {
      forget();
      this.enter(() => {
        if (!cancelled) callback();
      });
    });
    const cancel = () => {
      cancelled = true;
      forget();
      stopTimer();
    };
    this.#cancels.add(cancel);
    return cancel;
  }
}
