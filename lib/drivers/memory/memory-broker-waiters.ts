/**
 * Receivers that wait for a first message. They are served in the order they came, as soon as
 * something is there; one timer for when the next hidden message shows, none while nobody waits.
 */
import type { Delivery, ReceiveRequest } from '../../ports/broker.ts';
import type { Clock } from '../../ports/clock.ts';

interface Waiter {
  readonly request: ReceiveRequest;
  finish(deliveries: Delivery[]): void;
}

/** What the waiters ask of the broker. */
export interface WaitersOptions {
  readonly clock: Clock;
  /** Takes what is there for a request now. */
  take(request: ReceiveRequest): Delivery[];
  /** When something hidden in these queues shows next; null when nothing is hidden. */
  nextDueAt(queues: readonly string[]): number | null;
}

/** The line of waiting receivers; see this file's head. */
export class Waiters {
  readonly #options: WaitersOptions;
  readonly #line = new Set<Waiter>();
  #cancelTimer = () => {};
  #timerAt = Infinity;

  constructor(options: WaitersOptions) {
    this.#options = options;
  }

  /**
   * Resolves with what came first: messages, or nothing at the end of the wait or when the signal
   * aborts.
   */
  wait(request: ReceiveRequest): Promise<Delivery[]> {
    return new Promise((resolve) => {
      const onAbort = () => waiter.finish([]);
      const cancel = this.#options.clock.after(request.waitMs, onAbort);
      const waiter: Waiter = {
        request,
        finish: (deliveries) => {
          this.#line.delete(waiter);
          cancel();
          request.signal?.removeEventListener('abort', onAbort);
          if (this.#line.size === 0) this.#disarm();
          resolve(deliveries);
        },
      };
      request.signal?.addEventListener('abort', onAbort, { once: true });
      this.#line.add(waiter);
      this.#arm();
    });
  }

  /** To be called when messages may have become ready, or will sooner than before. */
  serve(): void {
    for (const waiter of this.#line) {
      const deliveries = this.#options.take(waiter.request);
      if (deliveries.length > 0) waiter.finish(deliveries);
    }
    if (this.#line.size > 0) this.#arm();
  }

  /** Ends every wait with nothing. */
  end(): void {
    for (const waiter of this.#line) waiter.finish([]);
  }

  #arm(): void {
    let dueAt = Infinity;
    for (const { request } of this.#line) {
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
