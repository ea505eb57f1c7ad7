import { messageOf } from '../../errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Logger } from '../../ports/logger.ts';
import { Backoff, type BackoffSchedule, equalJitter } from '../../retry/backoff.ts';
import { pause } from '../../retry/pause.ts';
import { Sleeper } from './sleeper.ts';
import type { WaitingReceive, WakeSource } from './wake-source.ts';

/** What a {@link WakeListener} is constructed from. */
export interface WakeListenerDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly random: () => number;
  /**
   * Waits up to `ms` for a marker of these queues and pops it; returns the queue, or null when the
   * time is over or `interrupt` was called.
   */
  block(queues: readonly string[], ms: number): Promise<string | null>;
  /** Ends the current `block`, or the next one when there is none. */
  interrupt(): Promise<void>;
  /** Sets a queue's marker again. */
  putBack(queue: string): Promise<void>;
}

/** Maximum time that hints are relied on, in milliseconds. */
const blockMsMax = 15_000;

/** Maximum time that `close` waits for the blocking call to end, in milliseconds. */
const closeMsMax = 1_000;
/** Delays between attempts to listen while Redis fails. */
const listenBackoff: BackoffSchedule = Object.freeze({
  firstMs: 200,
  maxMs: 5_000,
  jitter: equalJitter,
});

interface JoinedReceive {
  readonly queues: readonly string[];
  readonly sleeper: Sleeper;
  /** Queues whose markers were popped for this receive, and that it has not polled since. */
  readonly hints: Set<string>;
}

/**
 * Wakes waiting receives over TCP. One blocking connection serves all receives of this process:
 * Redis reports on it when a queue may have a message. The report is the queue's marker, a set with
 * one member: a script that puts a message into the line sets it, a listener pops it, and a receive
 * that does not take all messages sets it again. So one message wakes one receiver of all
 * processes, a thousand messages wake only as many receivers as take them, one after the other, and
 * a marker set before anyone waits is not missed.
 *
 * A process that dies after popping a marker loses the hint. So no receiver relies on hints for
 * longer than {@link blockMsMax}: after that every waiting receiver polls again.
 */
export class WakeListener implements WakeSource {
  readonly #deps: WakeListenerDeps;
  readonly #joined = new Set<JoinedReceive>();
  readonly #stop = new AbortController();
  /** The queues that the blocking call waits for; empty when there is none. */
  #blockedOn: ReadonlySet<string> = new Set();
  #loop: Promise<void> | undefined;

  constructor(deps: WakeListenerDeps) {
    this.#deps = deps;
  }

  join(queues: readonly string[]): WaitingReceive {
    const sleeper = new Sleeper(this.#deps.clock);
    const joined: JoinedReceive = { queues, sleeper, hints: new Set() };
    if (this.#stop.signal.aborted) sleeper.end();
    this.#joined.add(joined);
    return {
      beginPoll: () => joined.hints.clear(),
      sleep: (ms) => {
        const sleeping = sleeper.sleep(Math.min(ms, blockMsMax));
        this.#listen(queues);
        return sleeping;
      },
      end: () => sleeper.end(),
      leave: () => {
        this.#joined.delete(joined);
        for (const queue of joined.hints) void this.#returnHint(queue);
      },
    };
  }

  /** Does nothing: the marker reaches all processes, this one included. */
  notify(): void {}

  async close(): Promise<void> {
    this.#stop.abort();
    for (const { sleeper } of this.#joined) sleeper.end();
    if (this.#loop === undefined) return;
    // A connection closed in the middle of a block could lose a popped marker: it is interrupted
    // first, and closed if it does not respond.
    const ended = this.#deps.interrupt().then(
      () => this.#loop,
      () => {},
    );
    await Promise.race([ended, pause(this.#deps.clock, closeMsMax)]);
  }

  #listen(queues: readonly string[]): void {
    if (this.#stop.signal.aborted) return;
    if (this.#loop === undefined) {
      // After a hint that came before the sleep no receive sleeps: a loop would end before it is
      // assigned here, and would then seem to run forever.
      if (this.#hasSleeper()) this.#loop = this.#run();
    } else if (queues.some((queue) => !this.#blockedOn.has(queue)) && this.#blockedOn.size > 0) {
      this.#blockedOn = new Set();
      this.#deps.interrupt().catch((error: unknown) => this.#wakeAll(error));
    }
  }

  async #run(): Promise<void> {
    const backoff = new Backoff(listenBackoff, this.#deps.random);
    while (this.#hasSleeper() && !this.#stop.signal.aborted) {
      const queues = [...new Set([...this.#joined].flatMap((joined) => joined.queues))];
      this.#blockedOn = new Set(queues);
      try {
        const queue = await this.#deps.block(queues, blockMsMax);
        if (queue !== null) await this.#deliverHint(queue);
        backoff.reset();
      } catch (error) {
        this.#wakeAll(error);
        await pause(this.#deps.clock, backoff.nextMs(), this.#stop.signal);
      }
    }
    // No await since the condition: a receive that begins to sleep from now on starts a new loop.
    this.#blockedOn = new Set();
    this.#loop = undefined;
  }

  #hasSleeper(): boolean {
    return [...this.#joined].some(({ sleeper }) => sleeper.isAsleep);
  }

  /**
   * Gives the hint to one receive of this process: to one that sleeps, else to one that is polling,
   * which may have polled too early. If there is none, the hint goes to another process.
   */
  async #deliverHint(queue: string): Promise<void> {
    const interested = [...this.#joined].filter(({ queues }) => queues.includes(queue));
    const first = interested.find(({ sleeper }) => sleeper.isAsleep) ?? interested[0];
    if (first === undefined) {
      await this.#deps.putBack(queue);
      return;
    }
    first.hints.add(queue);
    first.sleeper.wake();
  }

  /** Sets the marker again for a receive that left without using the hint. */
  async #returnHint(queue: string): Promise<void> {
    try {
      await this.#deps.putBack(queue);
    } catch (error) {
      this.#wakeAll(error);
    }
  }

  /** A broken connection loses hints: every receive polls, and gets the error itself. */
  #wakeAll(error: unknown): void {
    if (this.#stop.signal.aborted) return;
    this.#deps.logger.debug('wakeup hints lost: all receivers poll', { error: messageOf(error) });
    for (const { sleeper } of this.#joined) sleeper.wake();
  }
}
