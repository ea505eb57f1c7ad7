import { hasCode, messageOf } from '../../errors.ts';
import type { Logger } from '../../ports/logger.ts';
import type { Metrics } from '../../ports/metrics.ts';
import { type ClaimedExecution, companyStallsMax } from '../../ports/store/claim-store.ts';
import type { ExecutionListStore } from '../../ports/store/machines/execution-list-store.ts';
import type { SignalStore } from '../../ports/store/signal-store.ts';
import { noTracer, type Tracer } from '../../ports/tracer.ts';
import { isServiceFault } from '../../retry/is-service-fault.ts';
import type { SignalRouter } from '../callbacks/signal-router.ts';
import type { UnhandledTaskTypes } from '../delivery/unhandled-task-types.ts';
import { createCheckpoint } from './checkpoint-plan.ts';
import type { Committer } from './committer.ts';
import type { ExecutionRun } from './execution-run.ts';
import type { RunFactory } from './run-factory.ts';
import type { RunOutcome } from './run-outcome.ts';
import type { ForcedEnd } from './run-start.ts';
import { type RunTrace, startRunTrace } from './run-trace.ts';
import { parseTaskType } from './task-machine.ts';

/** What an {@link Executor} is constructed from. */
export interface ExecutorDeps {
  readonly runs: Pick<RunFactory, 'create' | 'onlyEnds'>;
  readonly unhandledTaskTypes: Pick<UnhandledTaskTypes, 'postpone'>;
  readonly committer: Pick<Committer, 'commit'>;
  readonly store: Pick<SignalStore, 'readSignals'> & Pick<ExecutionListStore, 'readStopReasons'>;
  readonly signalRouter: Pick<SignalRouter, 'addReceiver' | 'removeReceiver' | 'deliverNotices'>;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Records runs as spans. @default nothing is recorded */
  readonly tracer?: Tracer;
}

/** Fixed settings of an {@link Executor}. */
export const executorDefaults = Object.freeze({
  /**
   * Delay before an execution that failed for a reason outside its machine is claimed again, in
   * milliseconds.
   */
  retryLaterMs: 60_000,
});

/**
 * Runs claimed executions, and keeps track of them so that they can be drained, aborted or
 * abandoned. Workers, event workers, the archiver and local runs each have an executor.
 *
 * The signal router notifies it of signals from its construction until {@link close}.
 */
export class Executor {
  readonly #deps: ExecutorDeps;
  readonly #runs = new Map<string, ExecutionRun>();
  /** Executions whose runs are being created, and whether their abort was requested meanwhile. */
  readonly #starting = new Map<string, boolean>();
  #runningCount = 0;
  #isDraining = false;

  constructor(deps: ExecutorDeps) {
    this.#deps = deps;
    deps.signalRouter.addReceiver(this);
  }

  /** Stops receiving signals. The executor must not be used afterwards. */
  close(): void {
    this.#deps.signalRouter.removeReceiver(this);
  }

  /** Number of executions that are being run. */
  get runningCount(): number {
    return this.#runningCount;
  }

  /**
   * Runs a claimed execution until it ends, sleeps, is released or is lost. Rejects only when the
   * store takes no checkpoint at all; the lease then expires, and another worker resumes the
   * execution.
   * @param causedBy the `traceparent` of the span that sent the task; null when it is unknown
   */
  async run(
    claimed: ClaimedExecution,
    forcedEnd?: ForcedEnd,
    causedBy: string | null = null,
  ): Promise<RunOutcome> {
    const trace = startRunTrace(this.#deps.tracer ?? noTracer, claimed, causedBy);
    this.#runningCount += 1;
    try {
      const outcome = await trace.run(() => this.#run(claimed, trace, forcedEnd));
      trace.end(outcome);
      const { traceparent } = trace;
      return traceparent === null ? outcome : { ...outcome, traceparent };
    } catch (error) {
      trace.fail(hasCode(error) ? error.code : 'Error');
      throw error;
    } finally {
      this.#runningCount -= 1;
    }
  }

  /** The ids of the executions whose machines run. */
  runningIds(): readonly string[] {
    return [...this.#runs.keys()];
  }

  /** Whether an execution may be what kills its workers, and is to run alone if possible. */
  isSuspect(claimed: ClaimedExecution): boolean {
    return claimed.stalls >= companyStallsMax && !this.#deps.runs.onlyEnds(claimed);
  }

  /** Gives a claimed execution back without running it, to be claimed after `dueInMs`. */
  async postpone(claimed: ClaimedExecution, dueInMs: number): Promise<RunOutcome> {
    const change = { lease: 'release', dueInMs, wakeupSent: true } as const;
    const isWritten = await this.#deps.committer.commit(createCheckpoint(claimed, change));
    return isWritten ? { kind: 'suspended', dueInMs } : { kind: 'lost' };
  }

  /** Aborts those of the executions that run here, with the reasons of their stops. */
  abort(executionIds: readonly string[]): void {
    for (const id of executionIds) if (this.#starting.has(id)) this.#starting.set(id, true);
    const here = executionIds.filter((id) => this.#runs.has(id));
    if (here.length > 0) void this.#abortHere(here);
  }

  /** An abort that cannot read its reason happens without one. */
  async #abortHere(executionIds: readonly string[]): Promise<void> {
    const { store, logger } = this.#deps;
    const reasons = await store.readStopReasons(executionIds).catch((error: unknown) => {
      logger.warn('reasons of stops not read: executions end without them', {
        executions: executionIds.length,
        error: messageOf(error),
      });
      return [];
    });
    const byId = new Map(reasons.map((reason) => [reason.executionId, reason]));
    for (const id of executionIds) this.#runs.get(id)?.abort(byId.get(id));
  }

  /**
   * Passes their new signals to those of the executions that run here. Never throws: after a
   * failure the next heartbeat reports the same executions again.
   */
  async takeSignals(executionIds: readonly string[]): Promise<void> {
    const here = executionIds.filter((id) => this.#runs.has(id));
    if (here.length === 0) return;
    for (const id of here) this.#runs.get(id)?.expectSignals();
    try {
      const unseen = await this.#deps.store.readSignals(here);
      for (const [id, signals] of unseen) this.#runs.get(id)?.addSignals(signals);
    } catch (error) {
      this.#deps.logger.warn('signals not read: retrying at the next heartbeat', {
        executions: here.length,
        error: messageOf(error),
      });
    }
  }

  /** Lets running handlers finish and starts nothing new, until {@link resume}. */
  drain(): void {
    this.#isDraining = true;
    for (const run of this.#runs.values()) run.drain();
  }

  /** Ends a drain: later runs are not limited. */
  resume(): void {
    this.#isDraining = false;
  }

  /** Aborts the handlers of executions that other workers have claimed. */
  abandonLost(executionIds: readonly string[]): void {
    for (const id of executionIds) this.#runs.get(id)?.abandon();
  }

  /** Aborts running handlers and releases their executions. */
  abandon(): void {
    for (const run of this.#runs.values()) run.abandon();
  }

  /**
   * Aborts running handlers and writes nothing: the lease of their executions was ended. Each
   * execution counts a stall, so that one that never finishes in the available time is ended
   * FAILED at some point.
   */
  abandonLease(): void {
    for (const run of this.#runs.values()) run.abandonLease();
  }

  async #run(
    claimed: ClaimedExecution,
    trace: RunTrace,
    forcedEnd?: ForcedEnd,
  ): Promise<RunOutcome> {
    let run: ExecutionRun | null = null;
    try {
      const postponed = await this.#postponeUnhandled(claimed, forcedEnd);
      if (postponed !== null) return postponed;
      this.#starting.set(claimed.id, false);
      run = await this.#deps.runs.create(claimed, forcedEnd, trace);
      this.#track(claimed.id, run);
      const outcome = await run.run();
      this.#deps.metrics.count('runs', 1, { outcome: outcome.kind, queue: claimed.queue });
      if (outcome.kind === 'ended' && claimed.replyTo !== null) {
        await this.#deps.signalRouter.deliverNotices();
      }
      return outcome;
    } catch (error) {
      // The store may have written a checkpoint whose answer was lost: an older state must not
      // overwrite it.
      if (run !== null && isServiceFault(error)) throw error;
      return run === null
        ? await this.#retryLater(claimed, error)
        : await this.#retryRefused(asWritten(claimed, run.lastWritten), error, trace, forcedEnd);
    } finally {
      if (run === null) this.#starting.delete(claimed.id);
      // A run that was abandoned may end after the next run of the same execution has started.
      if (this.#runs.get(claimed.id) === run) this.#runs.delete(claimed.id);
    }
  }

  /** Postpones a task that has no handler here; null when it can be run or only has to end. */
  async #postponeUnhandled(
    claimed: ClaimedExecution,
    forcedEnd?: ForcedEnd,
  ): Promise<RunOutcome | null> {
    const { runs, unhandledTaskTypes } = this.#deps;
    const type = parseTaskType(claimed.machineId);
    if (type === null || runs.onlyEnds(claimed, forcedEnd)) return null;
    return unhandledTaskTypes.postpone(claimed, type);
  }

  #track(executionId: string, run: ExecutionRun): void {
    // The execution was claimed again: a run of it that is still here has lost it.
    this.#runs.get(executionId)?.abandon();
    this.#runs.set(executionId, run);
    if (this.#isDraining) run.drain();
    if (this.#starting.get(executionId)) this.abort([executionId]);
    this.#starting.delete(executionId);
  }

  /**
   * Handles a checkpoint that the store refuses permanently as a failed attempt: the execution is
   * retried later, and ends FAILED when its attempts are used up. When the store refuses even that
   * end, the execution is retried later again.
   */
  async #retryRefused(
    claimed: ClaimedExecution,
    reason: unknown,
    trace: RunTrace,
    forcedEnd: ForcedEnd | undefined,
  ): Promise<RunOutcome> {
    if (claimed.attempts < claimed.retriesMax || forcedEnd?.error === refusedError) {
      return await this.#retryLater({ ...claimed, attempts: claimed.attempts + 1 }, reason);
    }
    return await this.#run(claimed, trace, { error: refusedError, cause: messageOf(reason) });
  }

  /** Releases an execution that cannot be run now, so that it does not stay held unused. */
  async #retryLater(claimed: ClaimedExecution, reason: unknown): Promise<RunOutcome> {
    const { logger, committer } = this.#deps;
    const { retryLaterMs } = executorDefaults;
    logger.error('execution not run: retrying later', {
      executionId: claimed.id,
      batchId: claimed.batchId,
      machineId: claimed.machineId,
      pauseMs: retryLaterMs,
      error: messageOf(reason),
    });
    await committer.commit(createCheckpoint(claimed, { lease: 'release', dueInMs: retryLaterMs }));
    return { kind: 'suspended', dueInMs: retryLaterMs };
  }
}

/** The error of an execution whose checkpoints the store refuses. */
const refusedError = 'Millrace.CheckpointRefused';

/** Returns the execution as stored after a run wrote `snapshot` last; null: it wrote nothing. */
function asWritten(claimed: ClaimedExecution, snapshot: string | null): ClaimedExecution {
  return snapshot === null ? claimed : { ...claimed, snapshot, status: 'RUNNING', signals: [] };
}
