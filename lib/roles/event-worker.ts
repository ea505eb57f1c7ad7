/**
 * A worker that is handed what was delivered, a lot at a time, each with a deadline: a function of
 * Lambda. One claim for a whole lot, under a lease that outlasts the deadline, so that no heartbeat
 * has to keep it.
 *
 * It holds executions under one id for as long as each lot ends with nothing held; a lot that could
 * not be settled leaves its id behind, and with it a lease that runs out.
 */
import type { Broker, Delivery } from '../ports/broker.ts';
import type { Clock } from '../ports/clock.ts';
import type { Entropy } from '../ports/entropy.ts';
import type { ExecutionStore } from '../ports/execution-store.ts';
import type { Logger } from '../ports/logger.ts';
import type { Metrics } from '../ports/metrics.ts';
import type { Dispatcher } from './delivery/dispatcher.ts';
import { EventBatch } from './delivery/event-batch.ts';
import type { Executor } from './execution/executor.ts';

export interface EventWorkerOptions {
  readonly store: Pick<ExecutionStore, 'claim' | 'heartbeat' | 'endLease'>;
  readonly broker: Broker;
  /** Makes the executor of one lot: what a lot has left behind is no business of the next. */
  readonly executor: () => Executor;
  readonly dispatcher: Dispatcher;
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /**
   * Time kept for handing back and answering, in milliseconds; a sixth of a lot's time at most.
   * @default 5,000
   */
  readonly marginMs?: number;
  /**
   * How long running handlers may take to answer once no step is begun any more, in milliseconds; a
   * sixth of a lot's time at most. @default 10,000
   */
  readonly graceMs?: number;
  /** How often a long lot asks for aborts and signals, in milliseconds. @default 10,000 */
  readonly newsMs?: number;
}

const eventWorkerDefaults = Object.freeze({
  marginMs: 5_000,
  graceMs: 10_000,
  newsMs: 10_000,
});

/** The largest part of a lot's time that margin and grace each may take. */
const partMax = 1 / 6;

/** See this file's head. */
export class EventWorker {
  readonly #options: Required<EventWorkerOptions>;
  #id: string;

  constructor(options: EventWorkerOptions) {
    this.#options = { ...eventWorkerDefaults, ...options };
    this.#id = options.entropy.uuid();
  }

  /**
   * Does what `deliveries` ask for; answers those that are to be delivered again. One call at a
   * time. Throws only when nothing was claimed: then all of them are.
   * @param remainingMs time until the answer is no longer heard, in milliseconds
   */
  async work(deliveries: readonly Delivery[], remainingMs: number): Promise<Delivery[]> {
    const { executor, metrics, marginMs, graceMs } = this.#options;
    metrics.observe('batchSize', deliveries.length);
    const lot = new EventBatch({
      ...this.#options,
      executor: executor(),
      workerId: this.#id,
      remainingMs,
      marginMs: Math.min(marginMs, remainingMs * partMax),
      graceMs: Math.min(graceMs, remainingMs * partMax),
    });
    try {
      return await lot.work(deliveries);
    } finally {
      if (!lot.isSettled) this.#id = this.#options.entropy.uuid();
    }
  }
}
