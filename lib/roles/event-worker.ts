import type { Broker, Delivery } from '../ports/broker.ts';
import type { Clock } from '../ports/clock.ts';
import type { Entropy } from '../ports/entropy.ts';
import type { Logger } from '../ports/logger.ts';
import type { Metrics } from '../ports/metrics.ts';
import type { ClaimStore } from '../ports/store/claim-store.ts';
import type { LeaseStore } from '../ports/store/lease-store.ts';
import type { Dispatcher } from './delivery/dispatcher.ts';
import { EventBatch } from './delivery/event-batch.ts';
import type { Executor } from './execution/executor.ts';
import type { PermitClient } from './limits/permit-client.ts';

/** What an {@link EventWorker} is constructed from, and how it divides its time. */
export interface EventWorkerOptions {
  readonly store: ClaimStore & LeaseStore;
  readonly broker: Broker;
  /** Creates the executor of one batch, so that unfinished runs do not affect the next batch. */
  readonly createExecutor: () => Executor;
  readonly dispatcher: Dispatcher;
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** The permits of its executions. @default nothing is limited */
  readonly permits?: Pick<PermitClient, 'look' | 'idle'>;
  /**
   * Time reserved for releasing tasks and answering, in milliseconds; at most a sixth of the
   * batch's time. @default 5,000
   */
  readonly marginMs?: number;
  /**
   * How long running handlers may take to answer after the last step has started, in milliseconds;
   * at most a sixth of the batch's time. @default 10,000
   */
  readonly graceMs?: number;
  /** Time between two polls for aborts and signals, in milliseconds. @default 10,000 */
  readonly controlPollMs?: number;
}

const eventWorkerDefaults = Object.freeze({
  marginMs: 5_000,
  graceMs: 10_000,
  controlPollMs: 10_000,
});

/** The largest share of a batch's time that the margin and the grace may each take. */
const shareMax = 1 / 6;

/**
 * Runs the tasks that are pushed to a Lambda function, one batch per invocation. A batch is claimed
 * in one statement, under a lease that outlasts the invocation's deadline, so that no heartbeat has
 * to renew it.
 *
 * Batches share one worker id for as long as each ends with nothing held. After a batch that could
 * not be settled the next one has a new worker id, and the old lease expires.
 */
export class EventWorker {
  readonly #options: Required<Omit<EventWorkerOptions, 'permits'>>;
  readonly #permits: EventWorkerOptions['permits'];
  #workerId: string;

  constructor(options: EventWorkerOptions) {
    this.#options = { ...eventWorkerDefaults, ...options };
    this.#permits = options.permits;
    this.#workerId = options.entropy.uuid();
  }

  /**
   * Processes one batch; returns the deliveries to be delivered again. To be called once at a time.
   * Throws only when nothing was claimed: every delivery is then delivered again.
   * @param remainingMs time until the invocation must have answered, in milliseconds
   */
  async work(deliveries: readonly Delivery[], remainingMs: number): Promise<Delivery[]> {
    const { createExecutor, entropy, metrics, marginMs, graceMs } = this.#options;
    metrics.observe('invocationMessages', deliveries.length);
    const executor = createExecutor();
    const batch = new EventBatch({
      ...this.#options,
      executor,
      workerId: this.#workerId,
      remainingMs,
      marginMs: Math.min(marginMs, remainingMs * shareMax),
      graceMs: Math.min(graceMs, remainingMs * shareMax),
    });
    try {
      // What it wakes comes back in messages, whose invocations look again.
      const [unsettled] = await Promise.all([batch.work(deliveries), this.#permits?.look()]);
      return unsettled;
    } finally {
      // Before the answer: after it the process may be frozen.
      await this.#permits?.idle();
      executor.close();
      if (!batch.isSettled) this.#workerId = entropy.uuid();
    }
  }
}
