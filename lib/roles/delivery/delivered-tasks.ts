import { messageOf } from '../../errors.ts';
import { brokerLimits, type Delivery } from '../../ports/broker.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Logger } from '../../ports/logger.ts';
import type { Metrics } from '../../ports/metrics.ts';
import type {
  ClaimedExecution,
  ClaimRefusal,
  ClaimResult,
  ClaimStore,
} from '../../ports/store/claim-store.ts';
import type { Wakeup } from '../../ports/store/execution-store.ts';
import { type BackoffSchedule, backoffMs } from '../../retry/backoff.ts';
import { forRetryableErrors, retry } from '../../retry/retry.ts';
import { fitsBrokerDelay } from '../execution/checkpoint-plan.ts';
import type { Executor } from '../execution/executor.ts';
import type { RunOutcome } from '../execution/run-outcome.ts';
import type { Dispatcher } from './dispatcher.ts';
import { parseExecutionId, parseTask } from './dispatcher.ts';
import type { LeaseHolder } from './lease-holder.ts';

/** What {@link DeliveredTasks} is constructed from, besides the lease. */
export interface DeliveredTasksDeps {
  readonly store: ClaimStore;
  readonly executor: Pick<Executor, 'run'>;
  readonly dispatcher: Pick<Dispatcher, 'dispatch'>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/** Retries of a claim, for as long as the worker runs. */
const claimRetries = forRetryableErrors({ backoff: { firstMs: 50, maxMs: 2_000 } });

/**
 * Delays before a task that could not be claimed is delivered again. They double with each
 * delivery, so that an hour without a database turns none of the tasks into dead letters.
 */
const unclaimedBackoff: BackoffSchedule = Object.freeze({
  firstMs: 1_000,
  maxMs: brokerLimits.delayMsMax,
});

/**
 * Maximum number of deliveries of a task whose execution is held or asleep. A task that is released
 * again and again would become a dead letter, which would end its execution. After this many it is
 * acknowledged: the sweeper sends another task if the holder, or the sleeper's own task, is lost.
 */
const earlyDeliveriesMax = 4;

/** The dead-letter reason of a message that is not a task. */
const unrecognizedReason = 'not a task that this version knows';

/**
 * Turns deliveries into runs: claims the executions of a group of deliveries in one statement, runs
 * them concurrently, and settles each delivery with the lease holder.
 */
export class DeliveredTasks {
  readonly #deps: DeliveredTasksDeps;
  readonly #lease: LeaseHolder;
  readonly #runs = new Set<Promise<void>>();
  /** Ids of executions that run here: claiming these would take them from this worker itself. */
  readonly #running = new Set<string>();
  #onRunSettled: (() => void) | null = null;

  constructor(deps: DeliveredTasksDeps, lease: LeaseHolder) {
    this.#deps = deps;
    this.#lease = lease;
  }

  /** Resolves when every run that has started is settled. */
  async idle(): Promise<void> {
    await Promise.all(this.#runs);
  }

  /**
   * Returns how many executions may start when at most `concurrency` run at once. Waits until one
   * may, or `signal` aborts.
   */
  async waitForFreeSlots(concurrency: number, signal: AbortSignal): Promise<number> {
    while (this.#runs.size >= concurrency && !signal.aborted) await this.#nextSettled(signal);
    return Math.max(0, concurrency - this.#runs.size);
  }

  /**
   * Claims the executions of `deliveries` in one statement and starts to run them. When `signal`
   * has aborted, the deliveries are released. Throws what the claim throws; the deliveries are then
   * released too.
   */
  async take(deliveries: readonly Delivery[], signal: AbortSignal): Promise<void> {
    const byExecution = await this.#sort(deliveries);
    if (byExecution.size === 0) return;
    if (signal.aborted) {
      for (const delivery of byExecution.values()) this.#lease.release(delivery, 0);
      return;
    }
    for (const delivery of byExecution.values()) this.#lease.hold(delivery);
    const { claimed, refused } = await this.#claim(byExecution, signal);
    for (const execution of claimed) this.#start(execution, byExecution.get(execution.id));
    for (const refusal of refused) this.#settleRefused(refusal, byExecution.get(refusal.id));
  }

  #nextSettled(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const finish = () => {
        signal.removeEventListener('abort', finish);
        this.#onRunSettled = null;
        resolve();
      };
      this.#onRunSettled = finish;
      signal.addEventListener('abort', finish, { once: true });
    });
  }

  /**
   * Returns the deliveries by execution. Messages that are not tasks become dead letters, second
   * copies are acknowledged, and copies for executions that run here are released until the lease
   * would have expired.
   */
  async #sort(deliveries: readonly Delivery[]): Promise<Map<string, Delivery>> {
    const byExecution = new Map<string, Delivery>();
    const unrecognized: Delivery[] = [];
    for (const delivery of deliveries) {
      const id = parseExecutionId(delivery);
      if (id === null) unrecognized.push(delivery);
      else if (byExecution.has(id)) this.#lease.acknowledge(delivery);
      else if (this.#running.has(id)) this.#releaseEarly(delivery, this.#lease.leaseMs);
      else byExecution.set(id, delivery);
    }
    if (unrecognized.length > 0) await this.#lease.deadLetter(unrecognized, unrecognizedReason);
    return byExecution;
  }

  /**
   * Claims until the store answers. A claim whose answer was lost may have handed out executions
   * that this worker's heartbeats keep leased, but that do not run anywhere: only the same claim
   * again returns them.
   */
  async #claim(
    byExecution: ReadonlyMap<string, Delivery>,
    signal: AbortSignal,
  ): Promise<ClaimResult> {
    const { store, clock } = this.#deps;
    const ids = [...byExecution.keys()];
    const claim = () => store.claim(this.#lease.workerId, this.#lease.leaseMs, ids);
    try {
      const result = await retry(claim, { clock, signal, policyFor: claimRetries });
      this.#count(result);
      return result;
    } catch (error) {
      // If the claim was made, its executions are free when the lease ends: at once on a stop.
      for (const delivery of byExecution.values()) {
        this.#lease.release(delivery, findUnclaimedDelayMs(delivery));
      }
      throw error;
    }
  }

  #count({ claimed }: ClaimResult): void {
    for (const [queue, group] of Map.groupBy(claimed, (execution) => execution.queue)) {
      this.#deps.metrics.count('claimed', group.length, { queue });
      const stalled = group.filter(({ stalls }) => stalls > 0).length;
      if (stalled > 0) this.#deps.metrics.count('stalled', stalled, { queue });
    }
  }

  #start(claimed: ClaimedExecution, delivery: Delivery | undefined): void {
    this.#running.add(claimed.id);
    this.#lease.runStarted();
    const causedBy = (delivery && parseTask(delivery)?.traceparent) ?? null;
    const run = this.#deps.executor
      .run(claimed, undefined, causedBy)
      .finally(() => this.#running.delete(claimed.id))
      .then((outcome) => this.#settle(claimed, delivery, outcome))
      .catch((error: unknown) => this.#abandonLease(claimed, delivery, error))
      .finally(() => {
        this.#runs.delete(run);
        this.#onRunSettled?.();
      });
    this.#runs.add(run);
  }

  async #settle(
    claimed: ClaimedExecution,
    delivery: Delivery | undefined,
    outcome: RunOutcome,
  ): Promise<void> {
    const { traceparent } = outcome;
    const wakeup: Wakeup = {
      executionId: claimed.id,
      queue: claimed.queue,
      batchId: claimed.batchId,
      ...(traceparent !== undefined && { traceparent }),
    };
    if (outcome.kind === 'lost') this.#deps.metrics.count('leaseLosses');
    if (outcome.kind === 'suspended' && fitsBrokerDelay(outcome.dueInMs)) {
      await this.#deps.dispatcher.dispatch([wakeup], outcome.dueInMs ?? 0);
    }
    if (delivery === undefined) return;
    const isDone = outcome.kind !== 'released' || (await this.#isReplaced(delivery, wakeup));
    if (isDone) this.#lease.acknowledge(delivery);
    else this.#lease.release(delivery, 0);
  }

  /**
   * Replaces a task that was released often by a new one, and returns whether it was sent: each
   * shutdown costs a delivery, and an execution may outlive more shutdowns than the broker delivers
   * one task.
   */
  async #isReplaced({ deliveries }: Delivery, wakeup: Wakeup): Promise<boolean> {
    if (deliveries < earlyDeliveriesMax) return false;
    return (await this.#deps.dispatcher.dispatch([wakeup])) === 1;
  }

  /** The store accepts no checkpoint: the execution stays held until the lease ends. */
  #abandonLease(claimed: ClaimedExecution, delivery: Delivery | undefined, error: unknown): void {
    this.#deps.logger.error('execution abandoned: another worker will resume it', {
      executionId: claimed.id,
      batchId: claimed.batchId,
      error: messageOf(error),
    });
    if (delivery !== undefined) this.#lease.release(delivery, this.#lease.leaseMs);
    this.#lease.abandon();
  }

  #settleRefused(refusal: ClaimRefusal, delivery: Delivery | undefined): void {
    if (delivery === undefined) return;
    if (refusal.reason === 'held') {
      this.#releaseEarly(delivery, refusal.ms);
      return;
    }
    const dueInMs = refusal.reason === 'notDue' ? refusal.ms : null;
    // An execution that has ended or is missing needs no task; for a long sleep the sweeper sends
    // one when it is due.
    if (dueInMs !== null && fitsBrokerDelay(dueInMs)) this.#releaseEarly(delivery, dueInMs);
    else this.#lease.acknowledge(delivery);
  }

  /** Releases a task that came too early, a limited number of times. */
  #releaseEarly(delivery: Delivery, delayMs: number): void {
    if (delivery.deliveries < earlyDeliveriesMax) this.#lease.release(delivery, delayMs);
    else this.#lease.acknowledge(delivery);
  }
}

function findUnclaimedDelayMs({ deliveries }: Delivery): number {
  return backoffMs(unclaimedBackoff, deliveries - 1, 0);
}
