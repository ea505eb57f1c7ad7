import type { Clock } from '../../ports/clock.ts';

/** A sleep that can be interrupted; a `wake` that comes before the sleep is not lost. */
export class Sleeper {
  readonly #clock: Clock;
  #isWoken = false;
  #hasEnded = false;
  #finish: (() => void) | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Whether a sleep is under way. */
  get isAsleep(): boolean {
    return this.#finish !== undefined;
  }

  /**
   * Resolves after `ms`, at the next `wake`, or at once when there was one since the last sleep.
   */
  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      if (this.#isWoken || this.#hasEnded) {
        this.#isWoken = false;
        resolve();
        return;
      }
      const cancel = this.#clock.after(ms, () => finish());
      const finish = () => {
        cancel();
        this.#finish = undefined;
        this.#isWoken = false;
        resolve();
      };
      this.#finish = finish;
    });
  }

  /** Ends the current sleep, or the next one when there is none. */
  wake(): void {
    this.#isWoken = true;
    this.#finish?.();
  }

  /** Ends this sleep and every later one. */
  end(): void {
    this.#hasEnded = true;
    this.#finish?.();
  }
}
