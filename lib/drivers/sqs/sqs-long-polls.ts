/**
 * Receivers that wait for a first message, and the long polls made for them. A poll asks one queue;
 * a receiver that waits for several is served by the first that answers. A poll is never broken
 * off, since SQS may hand out messages to a connection that is no longer read: one whose receiver
 * has gone stays for the next, and what it brings then stands on the queue's shelf for a moment.
 * What nobody fetches from there is released.
 *
 * A queue asked with some visibility is a lane: nothing → polling (a receiver waits) → shelved (it
 * answered and nobody waited, at most a second) → nothing.
 */
import type { Delivery, ReceiveRequest } from '../../ports/broker.ts';
import { type Clock, pause } from '../../ports/clock.ts';
import { secondsOf } from './sqs-message.ts';
import type { ReceiveTimes } from './sqs-receiver.ts';

/**
 * Length of a poll, in seconds: the longest that SQS has, whoever waits, so that one that waits
 * idly, again and again, costs three calls a minute per queue.
 */
const pollSeconds = 20;

/**
 * Longest time on the shelf, in milliseconds; never more than a tenth of the visibility, which has
 * begun to run.
 */
const shelfMs = 1_000;

/** How long a paused queue is left alone before its pause is looked at again, in milliseconds. */
const restMs = 3_000;

interface Lane {
  readonly queue: string;
  readonly hiddenSeconds: number;
  /** Polls under way, resting ones included. */
  polls: number;
  /** Those of them that are asking SQS. */
  asking: number;
  readonly shelf: Delivery[];
  /** Ends the rest of polls that a paused queue holds up. */
  resumed: AbortController;
}

interface Waiter {
  readonly request: ReceiveRequest;
  finish(deliveries: Delivery[]): void;
  fail(error: unknown): void;
}

/** What the long polls ask of the broker. */
export interface LongPollsOptions {
  readonly clock: Clock;
  isPaused(queue: string): Promise<boolean>;
  /** One call of SQS. */
  poll(queue: string, max: number, times: ReceiveTimes): Promise<Delivery[]>;
  /** Makes deliveries that nobody wants visible again. Never throws. */
  release(deliveries: readonly Delivery[]): Promise<void>;
}

/** See this file's head. */
export class SqsLongPolls {
  readonly #options: LongPollsOptions;
  readonly #lanes = new Map<string, Lane>();
  readonly #waiting = new Set<Waiter>();
  readonly #timers = new Set<() => void>();
  #closed = false;

  constructor(options: LongPollsOptions) {
    this.#options = options;
  }

  /** What stands on the shelf for a request that wants `max` of this queue. */
  take({ visibilityMs }: ReceiveRequest, queue: string, max: number): Delivery[] {
    return this.#lane(queue, secondsOf(visibilityMs)).shelf.splice(0, max);
  }

  /**
   * Whether a poll that nobody waits for is asking this queue: then nothing was there, and asking
   * beside it would bring nothing.
   */
  isAsking({ visibilityMs }: ReceiveRequest, queue: string): boolean {
    const lane = this.#lane(queue, secondsOf(visibilityMs));
    return lane.asking > this.#waitersOf(lane).length;
  }

  /**
   * Resolves with what came first: messages, or nothing when it is `until` or the signal aborts.
   * Rejects when a queue cannot be asked.
   */
  wait(request: ReceiveRequest, until: number): Promise<Delivery[]> {
    const { clock } = this.#options;
    return new Promise((resolve, reject) => {
      const end = () => {
        this.#waiting.delete(waiter);
        cancel();
        request.signal?.removeEventListener('abort', onAbort);
      };
      const waiter: Waiter = {
        request,
        finish: (deliveries) => {
          end();
          resolve(deliveries);
        },
        fail: (error) => {
          end();
          reject(error);
        },
      };
      const onAbort = () => waiter.finish([]);
      const cancel = clock.after(until - clock.now(), onAbort);
      request.signal?.addEventListener('abort', onAbort, { once: true });
      this.#waiting.add(waiter);
      for (const lane of this.#lanesOf(request)) {
        // Something may have come since the shelf was looked at.
        this.#serve(lane, lane.shelf.splice(0));
        this.#keepPolling(lane);
      }
    });
  }

  /** To be called when a queue may have been resumed, so that it is asked again at once. */
  resume(queue: string): void {
    for (const lane of this.#lanes.values()) {
      if (lane.queue !== queue) continue;
      lane.resumed.abort();
      lane.resumed = new AbortController();
    }
  }

  /** Forgets what stands on a queue's shelves. */
  forget(queue: string): void {
    for (const lane of this.#lanes.values()) if (lane.queue === queue) lane.shelf.length = 0;
  }

  /** Ends every wait with nothing, and clears the shelves. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const waiter of this.#waiting) waiter.finish([]);
    for (const cancel of this.#timers) cancel();
    const lanes = [...this.#lanes.values()];
    for (const lane of lanes) lane.resumed.abort();
    await this.#options.release(lanes.flatMap(({ shelf }) => shelf.splice(0)));
  }

  #lane(queue: string, hiddenSeconds: number): Lane {
    const key = `${hiddenSeconds} ${queue}`;
    const known = this.#lanes.get(key);
    if (known !== undefined) return known;
    const resumed = new AbortController();
    const lane: Lane = { queue, hiddenSeconds, polls: 0, asking: 0, shelf: [], resumed };
    this.#lanes.set(key, lane);
    return lane;
  }

  #lanesOf({ queues, visibilityMs }: ReceiveRequest): Lane[] {
    return queues.map((queue) => this.#lane(queue, secondsOf(visibilityMs)));
  }

  #waitersOf(lane: Lane): Waiter[] {
    return [...this.#waiting].filter(
      ({ request }) =>
        secondsOf(request.visibilityMs) === lane.hiddenSeconds &&
        request.queues.includes(lane.queue),
    );
  }

  /** As many polls as there are receivers: one answer serves one of them. */
  #keepPolling(lane: Lane): void {
    const waiters = this.#waitersOf(lane);
    while (!this.#closed && lane.polls < waiters.length) {
      lane.polls += 1;
      void this.#poll(lane, waiters);
    }
  }

  async #poll(lane: Lane, waiters: readonly Waiter[]): Promise<void> {
    const { isPaused, clock } = this.#options;
    let arrived: Delivery[] = [];
    try {
      if (await isPaused(lane.queue)) await pause(clock, restMs, lane.resumed.signal);
      else arrived = await this.#ask(lane, mostOf(waiters));
    } catch (error) {
      // When nobody waits any more it concerns nobody: the next receive asks by itself.
      for (const waiter of this.#waitersOf(lane)) waiter.fail(error);
    } finally {
      lane.polls -= 1;
    }
    this.#serve(lane, arrived);
    this.#keepPolling(lane);
  }

  async #ask(lane: Lane, max: number): Promise<Delivery[]> {
    const { queue, hiddenSeconds } = lane;
    lane.asking += 1;
    try {
      return await this.#options.poll(queue, max, { hiddenSeconds, waitSeconds: pollSeconds });
    } finally {
      lane.asking -= 1;
    }
  }

  /** Hands out what a poll brought; the rest is shelved. */
  #serve(lane: Lane, arrived: Delivery[]): void {
    for (const waiter of this.#waitersOf(lane)) {
      if (arrived.length === 0) return;
      waiter.finish(arrived.splice(0, waiter.request.max));
    }
    if (this.#closed) void this.#options.release(arrived);
    else if (arrived.length > 0) this.#shelve(lane, arrived);
  }

  #shelve(lane: Lane, arrived: readonly Delivery[]): void {
    lane.shelf.push(...arrived);
    const cancel = this.#options.clock.after(Math.min(shelfMs, lane.hiddenSeconds * 100), () => {
      this.#timers.delete(cancel);
      const left = arrived.filter((delivery) => lane.shelf.includes(delivery));
      for (const delivery of left) lane.shelf.splice(lane.shelf.indexOf(delivery), 1);
      void this.#options.release(left);
    });
    this.#timers.add(cancel);
  }
}

function mostOf(waiters: readonly Waiter[]): number {
  return Math.max(...waiters.map(({ request }) => request.max));
}
