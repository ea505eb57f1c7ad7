import type { Clock } from '../../lib/ports/clock.ts';
import type { Dice } from './dice.ts';

/**
 * A process that may crash or freeze between any two of its steps. Every timer and answer reaches
 * it through `enter`: never when it is dead, and in order after it thaws when it is frozen. Nothing
 * is cleaned up when it crashes.
 */
export class SimulatedProcess {
  readonly name: string;
  readonly dice: Dice;
  readonly clock: Clock;
  readonly #base: Clock;
  readonly #cancels = new Set<() => void>();
  #state: 'running' | 'frozen' | 'dead' = 'running';
  #waiting: (() => void)[] = [];
  #clockOffsetMs = 0;

  /** @param wrapClock breaks the clock of the process; by default it works */
  constructor(
    name: string,
    base: Clock,
    dice: Dice,
    wrapClock: (clock: Clock) => Clock = (clock) => clock,
  ) {
    this.name = name;
    this.dice = dice;
    this.#base = base;
    this.clock = wrapClock({
      now: () => this.#base.now() + this.#clockOffsetMs,
      monotonicMs: () => this.#base.monotonicMs(),
      after: (ms, callback) => this.#after(ms, callback),
    });
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

  /** Runs `action` in this process: now, after it thaws, or never. */
  enter(action: () => void): void {
    if (this.#state === 'running') action();
    else if (this.#state === 'frozen') this.#waiting.push(action);
  }

  /** Returns the outcome of work elsewhere, as this process receives it. */
  receive<Outcome>(work: Promise<Outcome>): Promise<Outcome> {
    return new Promise((resolve, reject) => {
      work.then(
        (outcome) => this.enter(() => resolve(outcome)),
        (error: unknown) => this.enter(() => reject(error)),
      );
    });
  }

  /** A dead process sets no timers, although its code may still run to its next step. */
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
