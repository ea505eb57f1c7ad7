/**
 * Waiting over TCP: one blocking connection for all receives of this process, on which Redis says
 * when a queue has something. What says it is a queue's marker, a set with one member: whoever puts
 * something in line sets it, whoever waits pops it, and a receive that leaves something behind sets
 * it again. So one message wakes one receiver of all processes, a thousand wake one after the other
 * only as many as it takes, and a marker set before anybody waits is not missed.
 *
 * A process that dies with a marker in its hand takes the hint along. So nobody relies on it for
 * longer than {@link blockMsMax}: after that everyone who waits looks again.
 */
import { messageOf } from '../../errors.ts';
import { type Clock, pause } from '../../ports/clock.ts';
import type { Logger } from '../../ports/logger.ts';
import { Sleeper } from './sleeper.ts';
import type { Waiter, Waiting } from './waiting.ts';

/** What the listener asks of Redis. */
export interface WakeListenerOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly random: () => number;
  /**
   * Waits up to `ms` for a marker of these queues and takes it away; null when the time is over, or
   * `interrupt` was called.
   */
  block(queues: readonly string[], ms: number): Promise<string | null>;
  /** Ends the `block` under way, or else the next. */
  interrupt(): Promise<void>;
  /** Sets a queue's marker again. */
  putBack(queue: string): Promise<void>;
}

/** The longest that a hint is relied on, in milliseconds. */
const blockMsMax = 15_000;

const closeMsMax = 1_000;
const pauseMsMin = 100;
const pauseMsMax = 5_000;

interface Joined {
  readonly queues: readonly string[];
  readonly sleeper: Sleeper;
  /** The queues whose markers were taken away for it, and that it has not looked at since. */
  readonly hints: Set<string>;
}

/** See this file's head. */
export class WakeListener implements Waiting {
  readonly #options: WakeListenerOptions;
  readonly #joined = new Set<Joined>();
  readonly #stop = new AbortController();
  /** What the block under way listens to; empty when there is none. */
  #heard: ReadonlySet<string> = new Set();
  #loop: Promise<void> | undefined;

  constructor(options: WakeListenerOptions) {
    this.#options = options;
  }

  join(queues: readonly string[]): Waiter {
    const sleeper = new Sleeper(this.#options.clock);
    const joined: Joined = { queues, sleeper, hints: new Set() };
    if (this.#stop.signal.aborted) sleeper.end();
    this.#joined.add(joined);
    return {
      look: () => joined.hints.clear(),
      sleep: (ms) => {
        const sleeping = sleeper.sleep(Math.min(ms, blockMsMax));
        this.#listen(queues);
        return sleeping;
      },
      end: () => sleeper.end(),
      leave: () => {
        this.#joined.delete(joined);
        for (const queue of joined.hints) void this.#passOn(queue);
      },
    };
  }

  /** Nothing to do: the marker says it to all processes, this one included. */
  stir(): void {}

  async close(): Promise<void> {
    this.#stop.abort();
    for (const { sleeper } of this.#joined) sleeper.end();
    if (this.#loop === undefined) return;
    // A connection cut in mid-block might take a marker along. One that does not answer is cut.
    const ended = this.#options.interrupt().then(
      () => this.#loop,
      () => {},
    );
    await Promise.race([ended, pause(this.#options.clock, closeMsMax)]);
  }

  #listen(queues: readonly string[]): void {
    if (this.#stop.signal.aborted) return;
    if (this.#loop === undefined) {
      // After a hint that came before the sleep nobody sleeps: a loop would end before it is noted
      // here, and be taken for one that runs for ever.
      if (this.#someoneSleeps()) this.#loop = this.#run();
    } else if (queues.some((queue) => !this.#heard.has(queue)) && this.#heard.size > 0) {
      this.#heard = new Set();
      this.#options.interrupt().catch((error: unknown) => this.#lookAgain(error));
    }
  }

  async #run(): Promise<void> {
    let failures = 0;
    while (this.#someoneSleeps() && !this.#stop.signal.aborted) {
      const queues = [...new Set([...this.#joined].flatMap((joined) => joined.queues))];
      this.#heard = new Set(queues);
      try {
        const queue = await this.#options.block(queues, blockMsMax);
        if (queue !== null) await this.#hand(queue);
        failures = 0;
      } catch (error) {
        failures += 1;
        this.#lookAgain(error);
        await this.#pauseAfter(failures);
      }
    }
    // Without a pause since the condition: a receive that falls asleep now starts a new loop.
    this.#heard = new Set();
    this.#loop = undefined;
  }

  #someoneSleeps(): boolean {
    return [...this.#joined].some(({ sleeper }) => sleeper.asleep);
  }

  /**
   * One receiver of this process gets the hint, one that is just looking if nobody sleeps: it may
   * have looked too early. Without any the hint is for another process.
   */
  async #hand(queue: string): Promise<void> {
    const interested = [...this.#joined].filter(({ queues }) => queues.includes(queue));
    const first = interested.find(({ sleeper }) => sleeper.asleep) ?? interested[0];
    if (first === undefined) {
      await this.#options.putBack(queue);
      return;
    }
    first.hints.add(queue);
    first.sleeper.nudge();
  }

  /** A hint that came when its receiver had no more use for it. */
  async #passOn(queue: string): Promise<void> {
    try {
      await this.#options.putBack(queue);
    } catch (error) {
      this.#lookAgain(error);
    }
  }

  /** The hints of a broken connection are lost: everyone looks for himself, and meets the error. */
  #lookAgain(error: unknown): void {
    if (this.#stop.signal.aborted) return;
    this.#options.logger.debug('hints from Redis were lost', { error: messageOf(error) });
    for (const { sleeper } of this.#joined) sleeper.nudge();
  }

  async #pauseAfter(failures: number): Promise<void> {
    const { clock, random } = this.#options;
    const most = Math.min(pauseMsMin * 2 ** Math.min(failures, 10), pauseMsMax);
    await pause(clock, most * (0.5 + random() / 2), this.#stop.signal);
  }
}
