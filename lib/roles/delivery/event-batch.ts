/**
 * One lot of deliveries, worked off before its deadline.
 *
 * Modes: *working* → (margin and grace before the deadline) → *draining* (no new step is begun;
 * handlers that run may answer) → (the margin before it) → *forsaking* (the lease is ended, then
 * handlers are aborted) → *answered*. What is unfinished comes again at once. When not even that
 * is heard in time, because the store does not answer, the answer is given all the same.
 *
 * An execution that is forsaken counts a stall: one whose handler always takes more time than there
 * is would else be begun for ever.
 *
 * Guarantees: what is answered as done with stands in the store, or is nobody's work any more; all
 * else comes again.
 */
import { messageOf } from '../../errors.ts';
import type { Delivery } from '../../ports/broker.ts';
import { pause } from '../../ports/clock.ts';
import type { EventWorkerOptions } from '../event-worker.ts';
import type { Executor } from '../execution/executor.ts';
import { Acknowledger } from './acknowledger.ts';
import { DeliveredTasks, type DeliveryHolder } from './delivered-tasks.ts';

export interface EventBatchOptions extends Required<Omit<EventWorkerOptions, 'executor'>> {
  readonly executor: Executor;
  /** The id under which the lot's executions are held. */
  readonly workerId: string;
  /** Time until the answer is no longer heard, in milliseconds. */
  readonly remainingMs: number;
}

/** How much longer than the deadline the lease lasts, in milliseconds. */
const leaseBeyondMs = 5_000;

/** The part of the margin that is left when the answer is given, whatever is unsettled. */
const answerPart = 1 / 4;

/** See this file's head; it works once. */
export class EventBatch {
  readonly #options: EventBatchOptions;
  readonly #deadline: number;
  readonly #acknowledger: Acknowledger;
  readonly #tasks: DeliveredTasks;
  readonly #done = new Set<Delivery>();
  readonly #draining = new AbortController();
  readonly #over = new AbortController();
  /** Whether something is left held that nobody runs. */
  #leavesHeld = false;
  #endingLease: Promise<void> | null = null;
  #isSettled = false;

  constructor(options: EventBatchOptions) {
    this.#options = options;
    this.#deadline = options.clock.now() + options.remainingMs;
    this.#acknowledger = new Acknowledger(options.broker, options.logger);
    this.#tasks = new DeliveredTasks(options, this.#holder());
  }

  /** Whether it has ended with nothing held. */
  get isSettled(): boolean {
    return this.#isSettled;
  }

  /** Works it off; see `EventWorker.work`. */
  async work(deliveries: readonly Delivery[]): Promise<Delivery[]> {
    const stopLeaving = this.#leaveInTime();
    try {
      void this.#listen();
      await Promise.race([this.#settle(deliveries), this.#timeToAnswer()]);
    } finally {
      this.#over.abort();
      stopLeaving();
    }
    const again = deliveries.filter((delivery) => !this.#done.has(delivery));
    if (!this.#isSettled) this.#leaveUnsettled(again.length);
    return again;
  }

  async #settle(deliveries: readonly Delivery[]): Promise<void> {
    try {
      await this.#tasks.take(deliveries, this.#draining.signal);
      await this.#tasks.idle();
      this.#isSettled = !this.#leavesHeld;
      if (this.#leavesHeld) await this.#endLease();
    } finally {
      await this.#acknowledger.idle();
    }
  }

  /** What the tasks of this lot ask of it. */
  #holder(): DeliveryHolder {
    return {
      workerId: () => this.#options.workerId,
      leaseMs: () => this.#deadline - this.#options.clock.now() + leaseBeyondMs,
      hold: () => {},
      release: (delivery, againInMs) => this.#release(delivery, againInMs),
      deadLetter: (foreign, reason) => this.#deadLetter(foreign, reason),
      runBegan: () => {},
      runEnded: () => {},
      leftToOthers: () => {
        this.#leavesHeld = true;
      },
    };
  }

  #release(delivery: Delivery, againInMs: number | null): void {
    if (againInMs === null) {
      this.#done.add(delivery);
      return;
    }
    this.#options.metrics.count('putBack', 1, { queue: delivery.queue });
    // In whole seconds, as SQS counts them: what comes again alike is told in one call.
    this.#acknowledger.release(delivery, Math.ceil(againInMs / 1_000) * 1_000);
  }

  /** What cannot be buried comes again, and is found to be foreign again. */
  async #deadLetter(foreign: readonly Delivery[], reason: string): Promise<void> {
    try {
      const stale = new Set(await this.#options.broker.deadLetter(foreign, reason));
      for (const delivery of foreign) {
        if (!stale.has(delivery.receipt)) this.#done.add(delivery);
      }
    } catch (error) {
      this.#options.logger.warn('messages were not moved to the dead letters; they come again', {
        messages: foreign.length,
        error: messageOf(error),
      });
    }
  }

  /** Drains and forsakes when it is time; the function returned calls that off. */
  #leaveInTime(): () => void {
    const { clock, executor, remainingMs, marginMs, graceMs } = this.#options;
    const timers = [
      clock.after(remainingMs - marginMs - graceMs, () => {
        this.#draining.abort();
        executor.drain();
      }),
      clock.after(remainingMs - marginMs, () => void this.#abandonLease()),
    ];
    return () => {
      for (const cancel of timers) cancel();
    };
  }

  /** The lease first: what is put back before would be found held. */
  async #abandonLease(): Promise<void> {
    if (this.#tasks.running === 0) return;
    this.#leavesHeld = true;
    await this.#endLease();
    this.#options.executor.abandonLease();
  }

  /** Resolves when there is no more time to wait for anything. */
  async #timeToAnswer(): Promise<void> {
    const { clock, remainingMs, marginMs } = this.#options;
    await pause(clock, remainingMs - marginMs * answerPart, this.#over.signal);
  }

  /** Asks for news while something runs, and keeps the lease. */
  async #listen(): Promise<void> {
    const { clock, store, executor, logger, workerId, newsMs } = this.#options;
    for (;;) {
      await pause(clock, newsMs, this.#over.signal);
      if (this.#over.signal.aborted) return;
      if (this.#tasks.running === 0) continue;
      try {
        const news = await store.heartbeat(workerId, this.#holder().leaseMs());
        executor.abort(news.abortRequested);
        await executor.takeSignals(news.signalled);
      } catch (error) {
        logger.warn('news was not heard and is asked for again', { error: messageOf(error) });
      }
    }
  }

  /** What is left held is free at once; when that is not heard, it is when the lease ends. */
  #endLease(): Promise<void> {
    this.#endingLease ??= this.#tellEndOfLease();
    return this.#endingLease;
  }

  async #tellEndOfLease(): Promise<void> {
    const { store, workerId, logger } = this.#options;
    try {
      await store.endLease(workerId);
    } catch (error) {
      logger.warn('a lease was not ended and runs out', { workerId, error: messageOf(error) });
    }
  }

  #leaveUnsettled(deliveries: number): void {
    this.#options.executor.abandonLease();
    this.#options.logger.warn('not all that was delivered is settled; the rest comes again', {
      deliveries,
      workerId: this.#options.workerId,
    });
  }
}
