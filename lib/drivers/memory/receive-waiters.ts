import type { Delivery, ReceiveRequest } from '../../ports/broker.ts';
import type { Clock } from '../../ports/clock.ts';

interface Waiter {
  readonly request: ReceiveRequest;
  finish(deliveries: Delivery[]): void;
}

/** Options of {@link ReceiveWaiters}. */
export interface ReceiveWaitersOptions {
  readonly clock: Clock;
  /** Takes the messages that are ready for a request. */
  take(request: ReceiveRequest): Delivery[];
  /** Returns when the next hidden message of these queues is due; null when none is hidden. */
  nextDueAt(queues: readonly string[]): number | null;
}

/**
 * The receivers that wait for a first message. They are served in the order they arrived, as soon
 * as a message is ready. One timer waits for the next hidden message; there is none without
 * receivers.
 */
export class ReceiveWaiters {
  readonly #options: ReceiveWaitersOptions;
  readonly #waiters = new Set<Waiter>();
  #cancelTimer = () => {};
  #timerAt = Infinity;

  constructor(options: ReceiveWaitersOptions) {
    this.#options = options;
  }

  /** Resolves with messages, or with none at the end of the wait or when the signal aborts. */
  wait(request: ReceiveRequest): Promise<Delivery[]> {
    return new Promise((resolve) => {
      const onAbort = () => waiter.finish([]);
      const cancel = this.#options.clock.after(request.waitMs, onAbort);
      const waiter: Waiter = {
        request,
        finish: (deliveries) => {
          this.#waiters.delete(waiter);
          cancel();
          request.signal?.removeEventListener('abort', onAbort);
          if (this.#waiters.size === 0) this.#disarm();
          resolve(deliveries);
        },
      };
      request.signal?.addEventListener('abort', onAbort, { once: true });
      this.#waiters.add(waiter);
      this.#arm();
    });
  }

  /** Call this when messages may have become ready, or may become ready sooner than before. */
  serve(): void {
    for (const waiter of this.#waiters) {
      const deliveries = this.#options.take(waiter.request);
      if (deliveries.length > 0) waiter.finish(deliveries);
    }
    if (this.#waiters.size > 0) this.#arm();
  }

  /** Ends every wait with no messages. */
  end(): void {
    for (const waiter of this.#waiters) waiter.finish([]);
  }

  #arm(): void {
    let dueAt = Infinity;
    for (const { request } of this.#waiters) {
      dueAt = Math.min(dueAt, this.#options.nextDueAt(request.queues) ?? Infinity);
    }
    if (dueAt === this.#timerAt) return;
    this.#disarm();
    if (dueAt === Infinity) return;
    this.#timerAt = dueAt;
    this.#cancelTimer = this.#options.clock.after(dueAt - this.#options.clock.now(), () => {
      this.#timerAt = Infinity;
      this.serve();
    });
  }

  #disarm(): void {
    this.#cancelTimer();
    this.#cancelTimer = () => {};
    this.#timerAt = Infinity;
  }
}
