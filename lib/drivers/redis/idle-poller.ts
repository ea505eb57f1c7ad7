/**
 * Waiting over REST, where nothing can block: the first looks come soon, later ones less and less
 * often. The pause is the process's, not the receive's, so that asking anew does not ask more
 * often; something found, or sent by this process, starts over.
 */
import type { Clock } from '../../ports/clock.ts';
import { Sleeper } from './sleeper.ts';
import type { Waiter, Waiting } from './waiting.ts';

/** What the poller runs on. */
export interface IdlePollerOptions {
  readonly clock: Clock;
  readonly random: () => number;
}

/** The pauses between two looks, in milliseconds. */
export const idlePauses = Object.freeze({ firstMs: 250, lastMs: 15_000 });

interface Joined {
  readonly queues: readonly string[];
  readonly sleeper: Sleeper;
}

/** See this file's head. */
export class IdlePoller implements Waiting {
  readonly #options: IdlePollerOptions;
  readonly #joined = new Set<Joined>();
  #pauseMs: number = idlePauses.firstMs;
  #closed = false;

  constructor(options: IdlePollerOptions) {
    this.#options = options;
  }

  join(queues: readonly string[]): Waiter {
    const joined = { queues, sleeper: new Sleeper(this.#options.clock) };
    if (this.#closed) joined.sleeper.end();
    this.#joined.add(joined);
    return {
      look: () => {},
      sleep: (ms) => joined.sleeper.sleep(Math.min(ms, this.#nextPause())),
      end: () => joined.sleeper.end(),
      leave: () => {
        this.#joined.delete(joined);
      },
    };
  }

  stir(queue: string): void {
    this.#pauseMs = idlePauses.firstMs;
    for (const { queues, sleeper } of this.#joined) {
      if (queues.includes(queue)) sleeper.nudge();
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const { sleeper } of this.#joined) sleeper.end();
  }

  /** Three quarters to five quarters of the pause: processes that began together drift apart. */
  #nextPause(): number {
    const pauseMs = this.#pauseMs * (0.75 + this.#options.random() / 2);
    this.#pauseMs = Math.min(this.#pauseMs * 2, idlePauses.lastMs);
    return pauseMs;
  }
}
