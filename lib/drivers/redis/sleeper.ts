/** A sleep that can be cut short, before it begins too: a nudge that comes early is not lost. */
import type { Clock } from '../../ports/clock.ts';

/** See this file's head. */
export class Sleeper {
  readonly #clock: Clock;
  #nudged = false;
  #ended = false;
  #wake: (() => void) | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get asleep(): boolean {
    return this.#wake !== undefined;
  }

  /** Resolves after `ms`, at the next nudge, or at once when there was one since the last sleep. */
  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      if (this.#nudged || this.#ended) {
        this.#nudged = false;
        resolve();
        return;
      }
      const cancel = this.#clock.after(ms, () => finish());
      const finish = () => {
        cancel();
        this.#wake = undefined;
        this.#nudged = false;
        resolve();
      };
      this.#wake = finish;
    });
  }

  nudge(): void {
    this.#nudged = true;
    this.#wake?.();
  }

  /** Ends this sleep and every later one. */
  end(): void {
    this.#ended = true;
    this.#wake?.();
  }
}
