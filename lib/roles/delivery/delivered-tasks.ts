/**
 * From deliveries to runs and back: claims the executions of what was delivered, in one statement,
 * runs them side by side, and says of each delivery what becomes of it. The same for a worker that
 * asks the queues and for one that is handed what they have; how deliveries are held and let go is
 * theirs to say.
 */
import { hasCode, messageOf } from '../../errors.ts';
import { brokerLimits, type Delivery } from '../../ports/broker.ts';
import { type Clock, pause } from '../../ports/clock.ts';
import type {
  ClaimedExecution,
  ClaimRefusal,
  ClaimResult,
  ExecutionStore,
  Wakeup,
} from '../../ports/execution-store.ts';
import type { Logger } from '../../ports/logger.ts';
import type { Metrics } from '../../ports/metrics.ts';
import { sendsItself } from '../execution/checkpoint-plan.ts';
import type { RunOutcome } from '../execution/execution-run.ts';
import type { Executor } from '../execution/executor.ts';
import type { Dispatcher } from './dispatcher.ts';
import { executionOf } from './task-message.ts';

/** Who holds what was delivered. */
export interface DeliveryHolder {
  /** The id under which executions are claimed now. */
  workerId(): string;
  /** How long a claim made now lasts, in milliseconds. */
  leaseMs(): number;
  /** The delivery's execution is about to be claimed. */
  hold(delivery: Delivery): void;
  /**
   * Ends the hold on a delivery: null, it is done with; a number, it comes again so much later.
   * Told once of each, held or not.
   */
  release(delivery: Delivery, againInMs: number | null): void;
  /** Makes dead letters of what is no task of ours. */
  deadLetter(foreign: readonly Delivery[], reason: string): Promise<void>;
  runBegan(): void;
  runEnded(): void;
  /** An execution is held under the lease and run by nobody any more: the lease has to run out. */
  leftToOthers(): void;
}

export interface DeliveredTasksOptions {
  readonly store: Pick<ExecutionStore, 'claim'>;
  readonly executor: Pick<Executor, 'run'>;
  readonly dispatcher: Pick<Dispatcher, 'dispatch'>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/** The pauses between the tries of a claim, in milliseconds; each is twice the one before. */
const claimPauseMs = Object.freeze({ first: 50, last: 2_000 });

/**
 * When what could not be claimed comes again, in milliseconds: twice as late each time, so that an
 * hour without a database makes no dead letters of what was delivered meanwhile.
 */
const unclaimedMs = Object.freeze({ first: 1_000, last: brokerLimits.delayMsMax });

/**
 * Deliveries after which a task is done with though its execution is held or asleep and goes on:
 * put back over and over it would become a dead letter, and its execution would be taken for
 * hopeless. The sweep sends another task when the holder, or the sleeper's own task, is lost.
 */
const earlyDeliveriesMax = 4;

/** Why a message that is no task of ours is a dead letter. */
const foreignReason = 'not a task that this version knows';

/** See this file's head. */
export class DeliveredTasks {
  readonly #options: DeliveredTasksOptions;
  readonly #holder: DeliveryHolder;
  readonly #runs = new Set<Promise<void>>();
  /** The executions that run here: a claim of these would take them from this worker itself. */
  readonly #running = new Set<string>();

  constructor(options: DeliveredTasksOptions, holder: DeliveryHolder) {
    this.#options = options;
    this.#holder = holder;
  }

  /** Runs that have begun and whose deliveries are not let go of yet. */
  get runs(): number {
    return this.#runs.size;
  }

  /** Executions that run now. */
  get running(): number {
    return this.#running.size;
  }

  /** Resolves when every run that has begun is settled. */
  async idle(): Promise<void> {
    await Promise.all(this.#runs);
  }

  /**
   * Claims what was delivered, in one statement, and begins to run it. When `signal` has aborted,
   * it is handed back. Throws what the claim throws; then all is let go of.
   */
  async take(deliveries: readonly Delivery[], signal: AbortSignal): Promise<void> {
    const byExecution = await this.#sort(deliveries);
    if (byExecution.size === 0) return;
    if (signal.aborted) {
      for (const delivery of byExecution.values()) this.#holder.release(delivery, 0);
      return;
    }
    for (const delivery of byExecution.values()) this.#holder.hold(delivery);
    const { claimed, refused } = await this.#claim(byExecution, signal);
    for (const execution of claimed) this.#begin(execution, byExecution.get(execution.id));
    for (const refusal of refused) this.#refuse(refusal, byExecution.get(refusal.id));
  }

  /**
   * The deliveries by execution; what is no task of ours goes to the dead letters, a second copy is
   * done with, and one of what runs here comes again when it may have lost its worker.
   */
  async #sort(deliveries: readonly Delivery[]): Promise<Map<string, Delivery>> {
    const byExecution = new Map<string, Delivery>();
    const foreign: Delivery[] = [];
    for (const delivery of deliveries) {
      const id = executionOf(delivery);
      if (id === null) foreign.push(delivery);
      else if (byExecution.has(id)) this.#holder.release(delivery, null);
      else if (this.#running.has(id)) this.#putBack(delivery, this.#holder.leaseMs());
      else byExecution.set(id, delivery);
    }
    if (foreign.length > 0) await this.#holder.deadLetter(foreign, foreignReason);
    return byExecution;
  }

  /**
   * Claims until the store answers. A claim whose answer was lost may have handed out what nobody
   * runs while this worker's heart keeps it its own: only the same claim again brings it to light.
   */
  async #claim(
    byExecution: ReadonlyMap<string, Delivery>,
    signal: AbortSignal,
  ): Promise<ClaimResult> {
    const { store, clock } = this.#options;
    for (let tries = 0; ; tries += 1) {
      try {
        const ids = [...byExecution.keys()];
        const result = await store.claim(this.#holder.workerId(), this.#holder.leaseMs(), ids);
        this.#count(result);
        return result;
      } catch (error) {
        if (hasCode(error) && error.retryable && !signal.aborted) {
          const pauseMs = claimPauseMs.first * 2 ** tries;
          await pause(clock, Math.min(pauseMs, claimPauseMs.last), signal);
          continue;
        }
        // Whatever was claimed is free again when the lease ends, which a stop does at once.
        for (const delivery of byExecution.values())
          this.#holder.release(delivery, laterMs(delivery));
        throw error;
      }
    }
  }

  #count({ claimed }: ClaimResult): void {
    for (const [queue, group] of Map.groupBy(claimed, (execution) => execution.queue)) {
      this.#options.metrics.count('claimed', group.length, { queue });
    }
  }

  #begin(claimed: ClaimedExecution, delivery: Delivery | undefined): void {
    this.#running.add(claimed.id);
    this.#holder.runBegan();
    const run = this.#options.executor
      .run(claimed)
      .finally(() => this.#running.delete(claimed.id))
      .then((outcome) => this.#settle(claimed, delivery, outcome))
      .catch((error: unknown) => this.#leaveToOthers(claimed, delivery, error))
      .finally(() => {
        this.#runs.delete(run);
        this.#holder.runEnded();
      });
    this.#runs.add(run);
  }

  async #settle(
    claimed: ClaimedExecution,
    delivery: Delivery | undefined,
    outcome: RunOutcome,
  ): Promise<void> {
    const wakeup = { executionId: claimed.id, queue: claimed.queue, batchId: claimed.batchId };
    if (outcome.kind === 'lost') this.#options.metrics.count('leaseLosses');
    if (outcome.kind === 'suspended' && sendsItself(outcome.dueInMs)) {
      await this.#options.dispatcher.dispatch([wakeup], outcome.dueInMs ?? 0);
    }
    if (delivery === undefined) return;
    if (outcome.kind !== 'released') this.#holder.release(delivery, null);
    else this.#holder.release(delivery, (await this.#isReplaced(delivery, wakeup)) ? null : 0);
  }

  /**
   * Whether a new task was sent for one that has been handed back often: each shutdown costs it a
   * delivery, and an execution may outlive more of them than the broker delivers a task.
   */
  async #isReplaced({ deliveries }: Delivery, wakeup: Wakeup): Promise<boolean> {
    if (deliveries < earlyDeliveriesMax) return false;
    return (await this.#options.dispatcher.dispatch([wakeup])) === 1;
  }

  /** The store takes nothing: the execution stays held, and nobody runs it. */
  #leaveToOthers(claimed: ClaimedExecution, delivery: Delivery | undefined, error: unknown): void {
    this.#options.logger.error('an execution was left to another worker', {
      executionId: claimed.id,
      batchId: claimed.batchId,
      error: messageOf(error),
    });
    if (delivery !== undefined) this.#holder.release(delivery, this.#holder.leaseMs());
    this.#holder.leftToOthers();
  }

  #refuse(refusal: ClaimRefusal, delivery: Delivery | undefined): void {
    if (delivery === undefined) return;
    if (refusal.reason === 'held') {
      this.#putBack(delivery, refusal.ms);
      return;
    }
    const again = refusal.reason === 'notDue' ? refusal.ms : null;
    // What ended or is unknown needs no task; a long sleeper gets one from the sweep when it is
    // due.
    if (again !== null && sendsItself(again)) this.#putBack(delivery, again);
    else this.#holder.release(delivery, null);
  }

  /** What comes too early comes again when it may be taken, but not for ever. */
  #putBack(delivery: Delivery, againInMs: number): void {
    this.#holder.release(delivery, delivery.deliveries < earlyDeliveriesMax ? againInMs : null);
  }
}

function laterMs({ deliveries }: Delivery): number {
  return Math.min(unclaimedMs.first * 2 ** (deliveries - 1), unclaimedMs.last);
}
