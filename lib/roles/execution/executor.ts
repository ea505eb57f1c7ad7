/**
 * Runs claimed executions: finds the machine, says with which event the run begins, and keeps
 * account of what runs, so that it can be drained or aborted. One executor serves a worker, the
 * archiver and local runs alike.
 */
import { isChildMachine } from '../../batch/map-run/map-run-batch.ts';
import type { EngineEvent } from '../../engine/event.ts';
import type { Machine } from '../../engine/machine.ts';
import { decodeSnapshot, newSnapshot } from '../../engine/snapshot.ts';
import { hasCode, messageOf } from '../../errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Entropy } from '../../ports/entropy.ts';
import type { ClaimedExecution } from '../../ports/execution-store.ts';
import type { Logger } from '../../ports/logger.ts';
import type { Metrics } from '../../ports/metrics.ts';
import type { SignalStore } from '../../ports/signal-store.ts';
import type { TaskInvoker } from '../../ports/task-invoker.ts';
import type { RetryDelay } from '../../retry/task-retry-delay.ts';
import { type MapRunStarter, noMapRuns } from '../batch/map-run-starter.ts';
import type { SignalRouter } from '../callbacks/signal-router.ts';
import { UnhandledTaskTypes } from '../delivery/unhandled-task-types.ts';
import { claimedCheckpoint, standardPolicy } from './checkpoint-plan.ts';
import type { Committer } from './committer.ts';
import type { ExecutionEnds } from './execution-ends.ts';
import type { ExecutionLogger } from './execution-logger.ts';
import { ExecutionRun, type RunContext, type RunOutcome } from './execution-run.ts';
import { expressPolicy } from './express-policy.ts';
import { decideFinish } from './finish-decision.ts';
import type { MachineCatalog } from './machine-catalog.ts';
import { identityOf } from './run-identity.ts';
import { taskTypeOf } from './task-machine.ts';

export interface ExecutorOptions {
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly machines: Pick<MachineCatalog, 'get'>;
  readonly committer: Pick<Committer, 'commit'>;
  readonly invoker: TaskInvoker;
  readonly mapRuns: Pick<MapRunStarter, 'start'>;
  readonly store: Pick<SignalStore, 'readSignals'>;
  /** Told of ends that somebody waits for; tells of signals to what runs here. */
  readonly signalRouter: Pick<SignalRouter, 'attend' | 'leave' | 'deliver'>;
  readonly retryDelay: RetryDelay;
  /** Error names of a machine for which a second try is pointless. */
  readonly nonRetryable: (machineId: string) => ReadonlySet<string>;
  /**
   * Stalls in a row after which an execution is given up: it may be what kills the workers.
   * @default 5
   */
  readonly stallsMax?: number;
  /** @default nothing is logged of what executions do */
  readonly executionLogger?: Pick<ExecutionLogger, 'write'>;
  /** Told of every checkpoint that stands. @default nobody is */
  readonly ends?: Pick<ExecutionEnds, 'see'>;
  /** The longest sleep, in milliseconds, that is waited out in memory. @default 100 */
  readonly holdMs?: number;
}

export const executorDefaults = Object.freeze({
  stallsMax: 5,
  holdMs: 100,
  /** How long an execution rests that could not go on for a reason outside the language. */
  giveBackMs: 60_000,
});

/** An end that the caller demands instead of running the machine on. */
export interface ForcedEnd {
  readonly error: string;
  readonly cause: string;
}

export class Executor {
  readonly #options: ExecutorOptions;
  readonly #runs = new Map<string, ExecutionRun>();
  readonly #unhandledTypes: UnhandledTaskTypes;
  #draining = false;

  constructor(options: ExecutorOptions) {
    this.#options = options;
    this.#unhandledTypes = new UnhandledTaskTypes(options);
  }

  /** Executions running now. */
  get running(): number {
    return this.#runs.size;
  }

  /**
   * Runs a claimed execution until it ends, sleeps, is handed back or lost. Rejects only when the
   * store takes nothing any more; the worker's lease then runs out, and another goes on.
   */
  async run(claimed: ClaimedExecution, forcedEnd?: ForcedEnd): Promise<RunOutcome> {
    let run: ExecutionRun | null = null;
    try {
      const left = await this.#leave(claimed, forcedEnd);
      if (left !== null) return left;
      run = await this.#prepare(claimed, forcedEnd);
      // Claimed anew, so whatever still runs it here has lost it.
      this.#runs.get(claimed.id)?.abandon();
      this.#runs.set(claimed.id, run);
      this.#options.signalRouter.attend(this);
      if (this.#draining) run.drain();
      const outcome = await run.run();
      this.#options.metrics.count('runs', 1, { outcome: outcome.kind, queue: claimed.queue });
      if (outcome.kind === 'ended' && claimed.replyTo !== null) {
        await this.#options.signalRouter.deliver();
      }
      return outcome;
    } catch (error) {
      // A checkpoint that got no answer may stand written: the one before must not overwrite it.
      if (run !== null && hasCode(error) && error.retryable) throw error;
      return run === null
        ? await this.#giveBack(claimed, error)
        : await this.#refused(asWritten(claimed, run.lastWritten), error, forcedEnd);
    } finally {
      // A run that was abandoned may end after the next run of the same execution has begun.
      if (this.#runs.get(claimed.id) === run) this.#runs.delete(claimed.id);
      if (this.#runs.size === 0) this.#options.signalRouter.leave(this);
    }
  }

  /** Aborts executions that run here; the others are none of this executor's business. */
  abort(executionIds: readonly string[]): void {
    for (const id of executionIds) this.#runs.get(id)?.abort();
  }

  /** Lets executions that run here see their signals; a failure is the next heartbeat's. */
  async takeSignals(executionIds: readonly string[]): Promise<void> {
    const here = executionIds.filter((id) => this.#runs.has(id));
    if (here.length === 0) return;
    try {
      const unseen = await this.#options.store.readSignals(here);
      for (const [id, signals] of unseen) this.#runs.get(id)?.take(signals);
    } catch (error) {
      this.#options.logger.warn('signals were not read and are read again', {
        executions: here.length,
        error: messageOf(error),
      });
    }
  }

  /** Lets running handlers answer and begins nothing new, until {@link resume}. */
  drain(): void {
    this.#draining = true;
    for (const run of this.#runs.values()) run.drain();
  }

  /** Ends a drain: what is run from now on goes its whole way. */
  resume(): void {
    this.#draining = false;
  }

  /** Aborts running handlers; their executions are handed back. */
  abandon(): void {
    for (const run of this.#runs.values()) run.abandon();
  }

  /**
   * Aborts running handlers, and tells the store nothing: for executions whose lease was ended. A
   * stall each is counted, so that what never comes to its end in the time that there is, is given
   * up one day.
   */
  abandonLease(): void {
    for (const run of this.#runs.values()) run.abandonLease();
  }

  /** Puts back what has no handler here; what only has to end needs none. */
  async #leave(claimed: ClaimedExecution, forcedEnd?: ForcedEnd): Promise<RunOutcome | null> {
    const type = taskTypeOf(claimed.machineId);
    if (type === null || this.#endAtOnce(claimed, forcedEnd) !== null) return null;
    return this.#unhandledTypes.leave(claimed, type);
  }

  async #prepare(claimed: ClaimedExecution, forcedEnd?: ForcedEnd): Promise<ExecutionRun> {
    const { machines, clock } = this.#options;
    const known = await machines.get(claimed.machineId, claimed.machineVersion);
    const machine = withinLimits(known, claimed, clock.now());
    const begin = this.#firstEvents(claimed, machine);
    const end = this.#endAtOnce(claimed, forcedEnd);
    return new ExecutionRun(this.#context(claimed, machine), {
      claimed,
      machine: end === null ? machine : enteringNoState(machine),
      snapshot: claimed.snapshot === null ? newSnapshot() : decodeSnapshot(claimed.snapshot),
      goesOn: begin.length === 0 && end === null,
      begin,
      end: end ?? [],
      identity: identityOf(claimed, machine),
    });
  }

  #context(claimed: ClaimedExecution, machine: Machine): RunContext {
    const { clock, entropy, invoker, mapRuns, committer, nonRetryable, retryDelay, holdMs } =
      this.#options;
    const { executionLogger, ends } = this.#options;
    return {
      clock,
      entropy,
      invoker,
      mapRuns: machine.type === 'EXPRESS' ? noMapRuns : mapRuns,
      holdMs: holdMs ?? executorDefaults.holdMs,
      policy: machine.type === 'EXPRESS' ? expressPolicy : standardPolicy,
      log: (history, redrives) => executionLogger?.write(claimed, machine, history, redrives),
      commit: async (checkpoint) => {
        const isWritten = await committer.commit(checkpoint);
        if (isWritten) ends?.see(claimed, checkpoint, clock.now());
        return isWritten;
      },
      decideFinish: (finish) =>
        decideFinish({
          finish,
          attempts: claimed.attempts,
          retriesMax: claimed.retriesMax,
          isChild: isChildMachine(claimed.machineId),
          nonRetryable: nonRetryable(claimed.machineId),
          retryDelay,
          random: entropy.random(),
          deadlineAt: claimed.deadlineAt,
          now: clock.now(),
        }),
    };
  }

  /** With what a run begins; nothing when it only goes on, which an EXPRESS machine never does. */
  #firstEvents({ status, snapshot }: ClaimedExecution, { type }: Machine): EngineEvent[] {
    if (type === 'EXPRESS') return [{ type: 'started', ...this.#now() }];
    if (status === 'PENDING_REDRIVE') return [{ type: 'redriven', ...this.#now() }];
    return snapshot === null ? [{ type: 'started', ...this.#now() }] : [];
  }

  /** With what a run ends that is not to go on; null when it is. */
  #endAtOnce(claimed: ClaimedExecution, forcedEnd?: ForcedEnd): EngineEvent[] | null {
    const now = this.#now();
    const stallsMax = this.#options.stallsMax ?? executorDefaults.stallsMax;
    if (claimed.abortRequested) return [{ type: 'aborted', ...now }];
    if (forcedEnd !== undefined) return [{ type: 'failed', ...forcedEnd, ...now }];
    if (claimed.problem !== null) {
      return [{ type: 'failed', error: 'Millrace.InvalidItem', cause: claimed.problem, ...now }];
    }
    if (claimed.stalls > stallsMax) {
      const cause = `${claimed.stalls} workers were lost, or out of time, while they ran it; at most ${stallsMax} may be`;
      return [{ type: 'failed', error: 'Millrace.Stalled', cause, ...now }];
    }
    // Also of what had not begun by then: its time is over when it begins.
    if (claimed.deadlineAt !== null && claimed.deadlineAt <= now.at) {
      return [{ type: 'timersDue', ...now }];
    }
    return null;
  }

  #now() {
    return { at: this.#options.clock.now(), seed: this.#options.entropy.seed() };
  }

  /**
   * A checkpoint that the store refuses for good is a failed attempt like any other: it is tried
   * again, and ends the execution when the attempts are used up. When even that end is refused,
   * only giving back is left.
   */
  async #refused(
    claimed: ClaimedExecution,
    reason: unknown,
    forcedEnd: ForcedEnd | undefined,
  ): Promise<RunOutcome> {
    if (claimed.attempts < claimed.retriesMax || forcedEnd?.error === refusedError) {
      return await this.#giveBack({ ...claimed, attempts: claimed.attempts + 1 }, reason);
    }
    return await this.run(claimed, { error: refusedError, cause: messageOf(reason) });
  }

  /**
   * Gives back an execution that could not go on, so that it does not stay held by a worker that
   * does not run it. It is tried again later; the log says why.
   */
  async #giveBack(claimed: ClaimedExecution, reason: unknown): Promise<RunOutcome> {
    const { giveBackMs } = executorDefaults;
    this.#options.logger.error('an execution could not go on and is tried again later', {
      executionId: claimed.id,
      batchId: claimed.batchId,
      machineId: claimed.machineId,
      pauseMs: giveBackMs,
      error: messageOf(reason),
    });
    await this.#options.committer.commit(
      claimedCheckpoint(claimed, { lease: 'release', dueInMs: giveBackMs }),
    );
    return { kind: 'suspended', dueInMs: giveBackMs };
  }
}

/** The error of an execution whose checkpoints the store does not take. */
const refusedError = 'Millrace.CheckpointRefused';

/** The execution as the store has it after a run wrote `snapshot` last; null: it wrote nothing. */
function asWritten(claimed: ClaimedExecution, snapshot: string | null): ClaimedExecution {
  return snapshot === null ? claimed : { ...claimed, snapshot, status: 'RUNNING', signals: [] };
}

/**
 * The machine with the time that this execution has at most, should it begin, or be redriven, at
 * `now`: the shortest of its own, the machine's, and what is left until the deadline.
 */
function withinLimits(
  machine: Machine,
  { timeoutMs, deadlineAt }: ClaimedExecution,
  now: number,
): Machine {
  if (timeoutMs === null && deadlineAt === null) return machine;
  const left = deadlineAt === null ? null : Math.max(0, deadlineAt - now);
  const limits = [machine.timeoutMs, timeoutMs, left].filter((limit) => limit !== null);
  return { ...machine, timeoutMs: Math.min(...limits) };
}

/** The machine, as one whose execution is opened only to be ended: nothing of it runs. */
function enteringNoState(machine: Machine): Machine {
  return { ...machine, limits: { ...machine.limits, stepsPerTransitionMax: 0 } };
}
