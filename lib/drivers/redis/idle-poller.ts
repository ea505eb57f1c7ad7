import type { Clock } from '../../ports/clock.ts';
import { Backoff, type BackoffSchedule } from '../../retry/backoff.ts';
import { Sleeper } from './sleeper.ts';
import type { WaitingReceive, WakeSource } from './wake-source.ts';

/** What an {@link IdlePoller} is constructed from. */
export interface IdlePollerDeps {
  readonly clock: Clock;
  readonly random: () => number;
}

/**
 * Delays between two polls. Three quarters to five quarters of each: processes that started
 * together drift apart.
 */
export const idleBackoff = Object.freeze({
  firstMs: 250,
  maxMs: 15_000,
  jitter: Object.freeze({ min: 0.75, max: 1.25 }),
}) satisfies BackoffSchedule;

interface JoinedReceive {
  readonly queues: readonly string[];
  readonly sleeper: Sleeper;
}

/**
 * Wakes waiting receives over REST, where no command can block: they poll soon at first and then
 * less and less often. The delay belongs to the process, not to one receive, so that calling
 * `receive` again does not poll more often. A message that was found, or was sent by this process,
 * starts over with the first delay.
 */
export class IdlePoller implements WakeSource {
  readonly #deps: IdlePollerDeps;
  readonly #joined = new Set<JoinedReceive>();
  readonly #backoff: Backoff;
  #closed = false;

  constructor(deps: IdlePollerDeps) {
    this.#deps = deps;
    this.#backoff = new Backoff(idleBackoff, deps.random);
  }

  join(queues: readonly string[]): WaitingReceive {
    const joined = { queues, sleeper: new Sleeper(this.#deps.clock) };
    if (this.#closed) joined.sleeper.end();
    this.#joined.add(joined);
    return {
      beginPoll: () => {},
      sleep: (ms) => joined.sleeper.sleep(Math.min(ms, this.#backoff.nextMs())),
      end: () => joined.sleeper.end(),
      leave: () => {
        this.#joined.delete(joined);
      },
    };
  }

  notify(queue: string): void {
    this.#backoff.reset();
    for (const { queues, sleeper } of this.#joined) {
      if (queues.includes(queue)) sleeper.wake();
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const { sleeper } of this.#joined) sleeper.end();
  }
}
