import type { Delivery, ReceiveRequest } from '../../ports/broker.ts';
import type { Clock } from '../../ports/clock.ts';
import { pause } from '../../retry/pause.ts';
import { toSeconds } from './sqs-message.ts';
import type { ReceiveTimes } from './sqs-receiver.ts';

/**
 * Length of a poll, in seconds: always SQS's maximum, so that an idle receiver costs three calls a
 * minute per queue.
 */
const pollSeconds = 20;

/**
 * Maximum time in the buffer, in milliseconds; never more than a tenth of the visibility timeout,
 * which is already running.
 */
const bufferMsMax = 1_000;

/** Time between two checks whether a paused queue is still paused, in milliseconds. */
const pausedCheckMs = 3_000;

/** A queue polled with one visibility timeout. */
interface Lane {
  readonly queue: string;
  readonly hiddenSeconds: number;
  /** Polls under way, those of a paused queue included. */
  polls: number;
  /** Polls that are calling SQS. */
  calling: number;
  readonly buffer: Delivery[];
  /** Wakes the polls that wait for a paused queue. */
  resumed: AbortController;
}

interface Waiter {
  readonly request: ReceiveRequest;
  finish(deliveries: Delivery[]): void;
  fail(error: unknown): void;
}

/** What {@link SqsLongPolls} is constructed from. */
export interface LongPollsDeps {
  readonly clock: Clock;
  isPaused(queue: string): Promise<boolean>;
  /** Makes one call of SQS. */
  poll(queue: string, max: number, times: ReceiveTimes): Promise<Delivery[]>;
  /** Makes unclaimed deliveries visible again. Never throws. */
  release(deliveries: readonly Delivery[]): Promise<void>;
}

/**
 * Long polls for the receivers that wait for a first message. A poll asks one queue; a receiver
 * that waits for several is served by the first that returns messages. A poll is never cancelled,
 * because SQS may deliver messages to a connection that is no longer read: a poll whose receiver
 * has gone serves the next one, and until then its messages are in the queue's buffer for a moment.
 * Messages that no receiver takes from there are released.
 *
 * A lane is a queue polled with one visibility timeout. States: idle → polling (a receiver waits) →
 * buffered (messages came and no receiver waited; at most a second) → idle.
 */
export class SqsLongPolls {
  readonly #deps: LongPollsDeps;
  readonly #lanes = new Map<string, Lane>();
  readonly #waiting = new Set<Waiter>();
  readonly #timers = new Set<() => void>();
  #closed = false;

  constructor(deps: LongPollsDeps) {
    this.#deps = deps;
  }

  /** Takes up to `max` buffered deliveries of this queue for a request. */
  takeBuffered({ visibilityMs }: ReceiveRequest, queue: string, max: number): Delivery[] {
    return this.#lane(queue, toSeconds(visibilityMs)).buffer.splice(0, max);
  }

  /**
   * Whether a poll without a receiver is waiting at this queue: then the queue is empty, and
   * another call would return nothing.
   */
  isPolling({ visibilityMs }: ReceiveRequest, queue: string): boolean {
    const lane = this.#lane(queue, toSeconds(visibilityMs));
    return lane.calling > this.#listWaiters(lane).length;
  }

  /**
   * Resolves with the first messages, or with none at the time `until` or when the signal aborts.
   * Rejects if a poll fails.
   */
  wait(request: ReceiveRequest, until: number): Promise<Delivery[]> {
    const { clock } = this.#deps;
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
      const cancel = clock.after(until - clock.monotonicMs(), onAbort);
      request.signal?.addEventListener('abort', onAbort, { once: true });
      this.#waiting.add(waiter);
      for (const lane of this.#listLanes(request)) {
        // Messages may have arrived since the buffer was checked.
        this.#serve(lane, lane.buffer.splice(0));
        this.#keepPolling(lane);
      }
    });
  }

  /** Polls a queue at once that may have been resumed. */
  resume(queue: string): void {
    for (const lane of this.#lanes.values()) {
      if (lane.queue !== queue) continue;
      lane.resumed.abort();
      lane.resumed = new AbortController();
    }
  }

  /** Drops the buffered deliveries of a queue. */
  clearBuffer(queue: string): void {
    for (const lane of this.#lanes.values()) if (lane.queue === queue) lane.buffer.length = 0;
  }

  /** Ends every wait without messages, and releases the buffered ones. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const waiter of this.#waiting) waiter.finish([]);
    for (const cancel of this.#timers) cancel();
    const lanes = [...this.#lanes.values()];
    for (const lane of lanes) lane.resumed.abort();
    await this.#deps.release(lanes.flatMap(({ buffer }) => buffer.splice(0)));
  }

  #lane(queue: string, hiddenSeconds: number): Lane {
    const key = `${hiddenSeconds} ${queue}`;
    const known = this.#lanes.get(key);
    if (known !== undefined) return known;
    const resumed = new AbortController();
    const lane: Lane = { queue, hiddenSeconds, polls: 0, calling: 0, buffer: [], resumed };
    this.#lanes.set(key, lane);
    return lane;
  }

  #listLanes({ queues, visibilityMs }: ReceiveRequest): Lane[] {
    return queues.map((queue) => this.#lane(queue, toSeconds(visibilityMs)));
  }

  #listWaiters(lane: Lane): Waiter[] {
    return [...this.#waiting].filter(
      ({ request }) =>
        toSeconds(request.visibilityMs) === lane.hiddenSeconds &&
        request.queues.includes(lane.queue),
    );
  }

  /** Runs one poll per receiver: one response serves one receiver. */
  #keepPolling(lane: Lane): void {
    const waiters = this.#listWaiters(lane);
    while (!this.#closed && lane.polls < waiters.length) {
      lane.polls += 1;
      void this.#poll(lane, waiters);
    }
  }

  async #poll(lane: Lane, waiters: readonly Waiter[]): Promise<void> {
    const { isPaused, clock } = this.#deps;
    let arrived: Delivery[] = [];
    try {
      if (await isPaused(lane.queue)) await pause(clock, pausedCheckMs, lane.resumed.signal);
      else arrived = await this.#call(lane, findMax(waiters));
    } catch (error) {
      // Without a waiting receiver the error is dropped: the next receive makes its own call.
      for (const waiter of this.#listWaiters(lane)) waiter.fail(error);
    } finally {
      lane.polls -= 1;
    }
    this.#serve(lane, arrived);
    this.#keepPolling(lane);
  }

  async #call(lane: Lane, max: number): Promise<Delivery[]> {
    const { queue, hiddenSeconds } = lane;
    lane.calling += 1;
    try {
      return await this.#deps.poll(queue, max, { hiddenSeconds, waitSeconds: pollSeconds });
    } finally {
      lane.calling -= 1;
    }
  }

  /** Passes the messages of a poll to waiting receivers; the rest is buffered. */
  #serve(lane: Lane, arrived: Delivery[]): void {
    for (const waiter of this.#listWaiters(lane)) {
      if (arrived.length === 0) return;
      waiter.finish(arrived.splice(0, waiter.request.max));
    }
    if (this.#closed) void this.#deps.release(arrived);
    else if (arrived.length > 0) this.#buffer(lane, arrived);
  }

  #buffer(lane: Lane, arrived: readonly Delivery[]): void {
    lane.buffer.push(...arrived);
    const cancel = this.#deps.clock.after(Math.min(bufferMsMax, lane.hiddenSeconds * 100), () => {
      this.#timers.delete(cancel);
      const left = arrived.filter((delivery) => lane.buffer.includes(delivery));
      for (const delivery of left) lane.buffer.splice(lane.buffer.indexOf(delivery), 1);
      void this.#deps.release(left);
    });
    this.#timers.add(cancel);
  }
}

function findMax(waiters: readonly Waiter[]): number {
  return Math.max(...waiters.map(({ request }) => request.max));
}
