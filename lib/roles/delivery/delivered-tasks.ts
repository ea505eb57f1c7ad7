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
  ClaimTerms,
} from '../../ports/store/claim-store.ts';
import type { Wakeup } from '../../ports/store/execution-store.ts';
import { type BackoffSchedule, backoffMs } from '../../retry/backoff.ts';
import { RepeatedFailureLogger } from '../../retry/repeated-failure-logger.ts';
import { forServiceFaults, retry } from '../../retry/retry.ts';
import { fitsBrokerDelay } from '../execution/checkpoint-plan.ts';
import type { Executor } from '../execution/executor.ts';
import type { RunOutcome } from '../execution/run-outcome.ts';
import type { Dispatcher } from './dispatcher.ts';
import { isOfNewerRelease, parseExecutionId, parseTask } from './dispatcher.ts';
import type { LeaseHolder } from './lease-holder.ts';
import { type Suspect, Suspects, suspectDelayMs } from './suspects.ts';

/** What {@link DeliveredTasks} is constructed from, besides the lease. */
export interface DeliveredTasksDeps {
  readonly store: ClaimStore;
  readonly executor: Pick<Executor, 'run' | 'isSuspect' | 'postpone'>;
  readonly dispatcher: Pick<Dispatcher, 'dispatch'>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/** Retries of a claim, for as long as the worker runs. */
const claimRetries = forServiceFaults({ backoff: { firstMs: 50, maxMs: 2_000 } });

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

/** Before the first deliveries. */
const neverAborted = new AbortController().signal;

/** The dead-letter reason of a message that is not a task. */
const unrecognizedReason = 'not a task that this version knows';

/**
 * Turns deliveries into runs: claims the executions of a group of deliveries in one statement, runs
 * them concurrently, and settles each delivery with the lease holder.
 *
 * Executions that may be what kills their workers ({@link Suspects}) wait until everything else
 * here has ended; nothing new starts before they have run.
 */
export class DeliveredTasks {
  readonly #deps: DeliveredTasksDeps;
  readonly #lease: LeaseHolder;
  readonly #onRetry: () => void;
  readonly #runs = new Set<Promise<void>>();
  /** Ids of executions that run here: claiming these would take them from this worker itself. */
  readonly #running = new Set<string>();
  readonly #claimFailures: RepeatedFailureLogger;
  readonly #suspects = new Suspects();
  /** Aborts when no suspect is to start any more. */
  #stopping: AbortSignal = neverAborted;
  #onRunSettled: (() => void) | null = null;
  #isNewerLogged = false;

  /** @param onRetry called before each retry of a claim, however long the store is away */
  constructor(deps: DeliveredTasksDeps, lease: LeaseHolder, onRetry: () => void = () => {}) {
    this.#deps = deps;
    this.#lease = lease;
    this.#onRetry = onRetry;
    this.#claimFailures = new RepeatedFailureLogger(deps);
  }

  /** Resolves when every run that has started is settled. */
  async idle(): Promise<void> {
    while (this.#runs.size > 0) await Promise.all(this.#runs);
  }

  /**
   * Returns how many executions may start when at most `concurrency` run at once. Waits until one
   * may, or `signal` aborts.
   */
  async waitForFreeSlots(concurrency: number, signal: AbortSignal): Promise<number> {
    this.#stopping = signal;
    while ((this.#runs.size >= concurrency || this.#suspects.needRoom) && !signal.aborted) {
      await this.#nextSettled(signal);
    }
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
    for (const [id, delivery] of byExecution) {
      this.#running.add(id);
      this.#lease.hold(delivery);
    }
    const { claimed, refused } = await this.#claim(byExecution, signal);
    for (const { id } of refused) this.#running.delete(id);
    this.#stopping = signal;
    const executions = claimed.map((each) => ({
      claimed: each,
      delivery: byExecution.get(each.id),
    }));
    const isSuspect = (each: Suspect) => this.#deps.executor.isSuspect(each.claimed);
    for (const execution of executions) if (!isSuspect(execution)) this.#start(execution);
    for (const surplus of this.#suspects.admit(executions.filter(isSuspect)))
      this.#giveBack(surplus);
    for (const { claimed: waiting } of this.#suspects.waiting) this.#running.add(waiting.id);
    for (const refusal of refused) this.#settleRefused(refusal, byExecution.get(refusal.id));
    this.#tryNext();
  }

  /**
   * Claims and runs executions that were woken here and have no delivery, as long as no more than
   * `runsMax` run then. Returns those for which there is no room.
   */
  runWoken(wakeups: readonly Wakeup[], runsMax: number): readonly Wakeup[] {
    const isBusy = this.#suspects.needRoom || this.#stopping.aborted || !this.#lease.hasTime;
    const room = isBusy ? 0 : Math.max(0, runsMax - this.#runs.size);
    const idle = wakeups.filter(({ executionId }) => !this.#running.has(executionId));
    const chosen = new Set(idle.slice(0, room).map(({ executionId }) => executionId));
    if (chosen.size > 0) this.#track(this.#claimWoken([...chosen]));
    return wakeups.filter(({ executionId }) => !chosen.has(executionId));
  }

  /** Never rejects: what cannot be claimed is left to the sweeper. */
  async #claimWoken(ids: readonly string[]): Promise<void> {
    for (const id of ids) this.#running.add(id);
    const claimed: ClaimedExecution[] = [];
    try {
      claimed.push(...(await this.#claimUntilStop(ids)).claimed);
    } catch (error) {
      const fields = { executions: ids.length, error: messageOf(error) };
      this.#deps.logger.warn('woken executions not claimed: they are left to others', fields);
    }
    for (const id of ids) this.#running.delete(id);
    for (const execution of claimed) {
      const woken = { claimed: execution, delivery: undefined };
      if (this.#deps.executor.isSuspect(execution)) this.#giveBack(woken);
      else this.#start(woken);
    }
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
   * Returns the deliveries by execution. Messages of a newer release are put back for one of its
   * workers. Other messages that are not tasks become dead letters, second
   * copies are acknowledged, and copies for executions that run here are released until the lease
   * would have expired.
   */
  async #sort(deliveries: readonly Delivery[]): Promise<Map<string, Delivery>> {
    const byExecution = new Map<string, Delivery>();
    const unrecognized: Delivery[] = [];
    for (const delivery of deliveries) {
      const id = parseExecutionId(delivery);
      if (isOfNewerRelease(delivery)) this.#putBackNewer(delivery);
      else if (id === null) unrecognized.push(delivery);
      else if (byExecution.has(id)) this.#lease.acknowledge(delivery);
      else if (this.#running.has(id)) this.#releaseEarly(delivery, this.#lease.leaseMs);
      else byExecution.set(id, delivery);
    }
    if (unrecognized.length > 0) await this.#lease.deadLetter(unrecognized, unrecognizedReason);
    return byExecution;
  }

  #putBackNewer(delivery: Delivery): void {
    this.#lease.release(delivery, findUnclaimedDelayMs(delivery));
    if (this.#isNewerLogged) return;
    this.#isNewerLogged = true;
    const { queue } = delivery;
    this.#deps.logger.warn('tasks of a newer release found: left to its workers', { queue });
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
      const result = await retry(claim, {
        clock,
        signal,
        policyFor: claimRetries,
        onRetry: ({ error, delayMs }) => {
          this.#onRetry();
          this.#claimFailures.failed('warn', 'executions not claimed: retrying', {
            executions: ids.length,
            pauseMs: delayMs,
            error: messageOf(error),
          });
        },
      });
      this.#claimFailures.recovered('executions claimed again');
      this.#count(result);
      return result;
    } catch (error) {
      // If the claim was made, its executions are free when the lease ends: at once on a stop.
      for (const [id, delivery] of byExecution) {
        this.#running.delete(id);
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

  #start(execution: Suspect): void {
    const causedBy = (execution.delivery && parseTask(execution.delivery)?.traceparent) ?? null;
    this.#lease.runStarted();
    this.#track(
      this.#finish(execution, () => {
        return this.#deps.executor.run(execution.claimed, undefined, causedBy);
      }),
    );
  }

  #giveBack(execution: Suspect, delayMs = suspectDelayMs): void {
    const { executor } = this.#deps;
    this.#track(this.#finish(execution, () => executor.postpone(execution.claimed, delayMs)));
  }

  /** Keeps a place taken until `work` is done. */
  #track(work: Promise<void>): void {
    const run = work.finally(() => {
      this.#runs.delete(run);
      if (this.#runs.size === 0) this.#suspects.end();
      this.#tryNext();
      this.#onRunSettled?.();
    });
    this.#runs.add(run);
  }

  /** Runs or postpones an execution, and settles its delivery accordingly. Never rejects. */
  async #finish({ claimed, delivery }: Suspect, work: () => Promise<RunOutcome>): Promise<void> {
    this.#running.add(claimed.id);
    try {
      const outcome = await work().finally(() => this.#running.delete(claimed.id));
      await this.#settle(claimed, delivery, outcome);
    } catch (error) {
      this.#abandonLease(claimed, delivery, error);
    }
  }

  /** Starts the suspects that wait, as soon as nothing else runs here. */
  #tryNext(): void {
    if (this.#runs.size > 0 || this.#suspects.waiting.length === 0) return;
    const mayStart = this.#lease.hasTime && !this.#stopping.aborted;
    const group = this.#suspects.begin(mayStart);
    if (!mayStart) for (const suspect of group) this.#giveBack(suspect);
    else if (group.length > 1) for (const suspect of group) this.#start(suspect);
    else for (const suspect of group) this.#track(this.#runAlone(suspect));
  }

  /** Claims the execution again as one that runs alone: a stall from now on is its own fault. */
  async #runAlone(suspect: Suspect): Promise<void> {
    const { id, batchId, machineId, stalls } = suspect.claimed;
    const fields = { executionId: id, batchId, machineId, stalls };
    this.#deps.logger.warn('execution runs alone: workers were lost while they ran it', fields);
    try {
      const { claimed, refused } = await this.#claimUntilStop([id], { alone: true });
      for (const refusal of refused) this.#settleRefused(refusal, suspect.delivery);
      for (const execution of claimed) this.#start({ ...suspect, claimed: execution });
      if (claimed.length === 0) this.#running.delete(id);
    } catch (error) {
      this.#running.delete(id);
      this.#abandonLease(suspect.claimed, suspect.delivery, error);
    }
  }

  #claimUntilStop(ids: readonly string[], terms?: ClaimTerms): Promise<ClaimResult> {
    const { store, clock } = this.#deps;
    const { workerId, leaseMs } = this.#lease;
    const claim = () => store.claim(workerId, leaseMs, ids, terms);
    return retry(claim, { clock, signal: this.#stopping, policyFor: claimRetries });
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
