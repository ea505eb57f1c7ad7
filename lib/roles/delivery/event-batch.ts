import type { Delivery } from '../../ports/broker.ts';
import { pause } from '../../retry/pause.ts';
import type { EventWorkerOptions } from '../event-worker.ts';
import type { Executor } from '../execution/executor.ts';
import { DeliveredTasks } from './delivered-tasks.ts';
import { InvocationLease } from './invocation-lease.ts';

/** What an {@link EventBatch} is constructed from, and how it divides its time. */
export interface EventBatchOptions
  extends Required<Omit<EventWorkerOptions, 'createExecutor' | 'permits'>> {
  readonly executor: Executor;
  /** The worker id under which the batch's executions are held. */
  readonly workerId: string;
  /** Time until the invocation must have answered, in milliseconds. */
  readonly remainingMs: number;
}

/** Share of the margin that remains when the batch answers, even if deliveries are unsettled. */
const answerMarginShare = 1 / 4;

/**
 * Processes one batch of deliveries within the invocation's deadline. To be used once.
 *
 * Modes: *working* → (margin and grace before the deadline) → *draining* (no new step starts;
 * running handlers may answer) → (the margin before it) → *abandoning* (the lease is ended, then
 * handlers are aborted) → *answered*. Unfinished executions are delivered again at once. If the
 * store does not answer in time, the batch answers anyway.
 *
 * An abandoned execution counts a stall: otherwise an execution whose handler always needs more
 * time than there is would be restarted forever.
 *
 * Guarantees: the work of an acknowledged delivery is written to the store, or is another worker's;
 * all other deliveries are delivered again.
 */
export class EventBatch {
  readonly #options: EventBatchOptions;
  readonly #lease: InvocationLease;
  readonly #tasks: DeliveredTasks;
  readonly #draining = new AbortController();
  readonly #ended = new AbortController();
  #isSettled = false;

  constructor(options: EventBatchOptions) {
    this.#options = options;
    this.#lease = new InvocationLease(options);
    this.#tasks = new DeliveredTasks(options, this.#lease);
  }

  /** Whether the batch has ended with nothing held under its worker id. */
  get isSettled(): boolean {
    return this.#isSettled;
  }

  /** Processes the batch; see `EventWorker.work`. */
  async work(deliveries: readonly Delivery[]): Promise<Delivery[]> {
    const cancelTimers = this.#setTimers();
    try {
      void this.#lease.pollUpdates(this.#options.controlPollMs, this.#ended.signal);
      await Promise.race([this.#settle(deliveries), this.#answerTime()]);
    } finally {
      this.#ended.abort();
      cancelTimers();
    }
    const unsettled = deliveries.filter((delivery) => !this.#lease.isAcknowledged(delivery));
    if (!this.#isSettled) this.#leaveUnsettled(unsettled.length);
    return unsettled;
  }

  async #settle(deliveries: readonly Delivery[]): Promise<void> {
    try {
      await this.#tasks.take(deliveries, this.#draining.signal);
      await this.#tasks.idle();
      this.#isSettled = !this.#lease.isAbandoned;
      if (this.#lease.isAbandoned) await this.#lease.end();
    } finally {
      await this.#lease.idle();
    }
  }

  /** Drains and abandons when it is time, unless the returned function is called before. */
  #setTimers(): () => void {
    const { clock, remainingMs, marginMs, graceMs } = this.#options;
    const timers = [
      clock.after(remainingMs - marginMs - graceMs, () => this.#drain()),
      clock.after(remainingMs - marginMs, () => void this.#abandon()),
    ];
    return () => {
      for (const cancel of timers) cancel();
    };
  }

  #drain(): void {
    this.#draining.abort();
    this.#options.executor.drain();
  }

  /** Ends the lease first: an execution delivered before that would be found held. */
  async #abandon(): Promise<void> {
    const { executor } = this.#options;
    if (executor.runningCount === 0) return;
    this.#lease.abandon();
    await this.#lease.end();
    executor.abandonLease();
  }

  /** Resolves when the batch must answer. */
  async #answerTime(): Promise<void> {
    const { clock, remainingMs, marginMs } = this.#options;
    await pause(clock, remainingMs - marginMs * answerMarginShare, this.#ended.signal);
  }

  #leaveUnsettled(deliveries: number): void {
    const { executor, logger, workerId } = this.#options;
    executor.abandonLease();
    logger.warn('event batch not settled: the remaining tasks will be delivered again', {
      deliveries,
      workerId,
    });
  }
}
