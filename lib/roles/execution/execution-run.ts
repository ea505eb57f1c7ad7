import { dueAt } from '../../engine/due-at.ts';
import { type CommandEffect, type Effect, isCommand } from '../../engine/effect.ts';
import { findOpenCommands } from '../../engine/open-commands.ts';
import type { Snapshot } from '../../engine/snapshot.ts';
import { transition } from '../../engine/transition.ts';
import type { StopReason } from '../../ports/store/machines/execution-list-store.ts';
import type { Signal } from '../../ports/store/signal-store.ts';
import {
  type CheckpointPlan,
  createCheckpoint,
  type RunMode,
  type StepCircumstances,
  untilTimer,
} from './checkpoint-plan.ts';
import type { Committer } from './committer.ts';
import { EventQueue, type EventQueueDeps, type PendingEvents } from './event-queue.ts';
import type { ExecutionEnds } from './execution-ends.ts';
import type { ExecutionLogger } from './execution-logger.ts';
import { RunFigures, type RunFiguresDeps } from './figures/run-figures.ts';
import { LeftCalls, type LeftCallsDeps } from './left-calls.ts';
import type { RunOutcome } from './run-outcome.ts';
import { RunPermits } from './run-permits.ts';
import { type RunStart, toAbortFields } from './run-start.ts';
import {
  type AnsweringEvent,
  findCancelled,
  isAnswer,
  isTooLate,
  type RoundStep,
  withoutCancelled,
} from './run-step.ts';
import { noRunTrace, type RunTrace } from './run-trace.ts';
import { RunningCalls, type RunningCallsDeps } from './running-calls.ts';

/** What an {@link ExecutionRun} is constructed from, besides its start. */
export interface ExecutionRunDeps
  extends EventQueueDeps,
    RunningCallsDeps,
    RunFiguresDeps,
    LeftCallsDeps {
  readonly committer: Pick<Committer, 'commit'>;
  readonly finishPolicy: StepCircumstances['finishPolicy'];
  readonly executionLogger: Pick<ExecutionLogger, 'write'>;
  readonly ends: Pick<ExecutionEnds, 'record'>;
  /** Longest sleep, in milliseconds, that is waited out in memory instead of being suspended. */
  readonly holdMs: number;
}

/**
 * Runs one claimed execution until it ends, sleeps, is released or is lost to another worker.
 *
 * The order is always: events → transition → checkpoint → effects. So a handler runs only after
 * the database knows that it will, and its answer counts only once it is written. The policy of an
 * EXPRESS machine writes only the last checkpoint. A refused checkpoint means that another worker
 * holds the execution: the run aborts its handlers and writes nothing more.
 *
 * Calls that cannot be made now and here are left ({@link LeftCalls}): the run makes those that it
 * can, drains, and gives the execution back for a while. One that could make no call in its first
 * round is given back unchanged.
 *
 * Modes: *running* → `drain()` → *draining* (running handlers may answer; no new step starts) →
 * `abandon()` → *abandoned* (handlers are aborted, their answers ignored). In every mode the run
 * ends with one last checkpoint; `abandonLease()` ends it without.
 */
export class ExecutionRun {
  readonly #deps: ExecutionRunDeps;
  readonly #start: RunStart;
  readonly #pending: EventQueue;
  readonly #calls: RunningCalls;
  readonly #trace: RunTrace;
  readonly #figures: RunFigures | null;
  readonly #left: LeftCalls;
  readonly #permits: RunPermits;
  #snapshot: Snapshot;
  #mode: RunMode = 'running';
  #isLeaseAbandoned = false;
  /** The mode in which the last round started. */
  #roundMode: RunMode = 'running';
  #wake: (() => void) | null = null;
  /** Commands that were open before this run; the first round calls them again. */
  #openBefore: readonly CommandEffect[] = [];
  #lastWritten: string | null = null;
  /** Whether signals were sent that no round has processed yet. */
  #expectsSignals = false;
  #isFirstRound = true;
  /** What the transitions of the last round took. */
  #roundWork = 0;

  constructor(deps: ExecutionRunDeps, start: RunStart) {
    this.#deps = deps;
    this.#start = start;
    this.#trace = start.trace ?? noRunTrace;
    this.#figures = deps.figures ? new RunFigures(deps.figures, start) : null;
    this.#snapshot = start.snapshot;
    this.#left = new LeftCalls(deps, start);
    this.#permits = new RunPermits(start, this.#left, deps.clock);
    this.#pending = new EventQueue(deps, () => this.#wake?.());
    this.#calls = new RunningCalls(deps, start, (event) => this.#pending.add(event));
    this.#pending.append(start.eventsBeforeSignals);
    this.#pending.addSignals(start.claimed.signals);
    this.#pending.append(start.eventsAfterSignals);
  }

  /** The snapshot that this run wrote last; null when it has written none. */
  get lastWritten(): string | null {
    return this.#lastWritten;
  }

  /** Stops starting new steps; the run ends when its running handlers have answered. */
  drain(): void {
    if (this.#mode === 'running') this.#mode = 'draining';
    this.#wake?.();
  }

  /** Aborts the handlers and ends the run without their answers. */
  abandon(): void {
    this.#mode = 'abandoned';
    this.#calls.abortAll();
    this.#wake?.();
  }

  /**
   * Aborts the handlers and ends the run without a checkpoint: the worker that takes the execution
   * over from the ended lease counts a stall.
   */
  abandonLease(): void {
    this.#isLeaseAbandoned = true;
    this.abandon();
  }

  /** Aborts the execution, as requested by a user. @param reason what its end says */
  abort(reason?: StopReason): void {
    this.#pending.add({ type: 'aborted', ...toAbortFields(reason) });
  }

  /** Announces signals: they are being read, and `addSignals` follows. */
  expectSignals(): void {
    this.#expectsSignals = true;
  }

  /** Adds the signals that the run does not have yet. */
  addSignals(signals: readonly Signal[]): void {
    this.#pending.addSignals(signals);
  }

  /** Runs the execution; to be called once. Rejects with what the committer throws. */
  async run(): Promise<RunOutcome> {
    this.#deps.figures?.begin(this.#start.claimed);
    try {
      if (this.#start.isContinuation) this.#resume();
      const pauseMs = await this.#left.findExpressPauseMs();
      if (pauseMs !== null) return await this.#giveBack(pauseMs);
      if (!(await this.#permits.isAdmitted())) return { kind: 'suspended', dueInMs: null };
      if (this.#isAbandonedUnbegun) return await this.#giveBack(0);
      for (;;) {
        const outcome = await this.#round();
        if (outcome !== null) return outcome;
        await this.#nextRound();
      }
    } finally {
      this.#calls.abortAll();
      this.#deps.figures?.finish();
    }
  }

  /** Whether the run has to end before it could start: a checkpoint would lose its start event. */
  get #isAbandonedUnbegun(): boolean {
    return this.#mode === 'abandoned' && !this.#isLeaseAbandoned && !this.#start.isContinuation;
  }

  /** Processes all events since the last round: writes the checkpoint, then starts the effects. */
  async #round(): Promise<RunOutcome | null> {
    this.#roundMode = this.#mode;
    if (this.#isLeaseAbandoned) return { kind: 'released' };
    const isFirst = this.#isFirstRound;
    this.#isFirstRound = false;
    const step = this.#advance();
    // Before anything is awaited: a handler that answers meanwhile has an event to process.
    // Events that are left for the next round keep the run going, as running handlers do.
    const left = this.#pending.isEmpty ? 0 : 1;
    const running = this.#countRunning(step.effects) + left;
    const missing = this.#mode === 'running' ? this.#left.findMissing(step.effects) : [];
    const isLeaving = missing.length > 0 && (await this.#left.leave(missing, isFirst));
    if (isLeaving) this.#drainRound();
    const mayCall = this.#mode === 'running' || isLeaving;
    const granted = mayCall ? await this.#permits.take(this.#snapshot, step.effects) : [];
    const before = this.#snapshot;
    if (mayCall) this.#snapshot = this.#permits.retime(before, step.effects, granted);
    const effects = step.effects.filter((each) => !this.#permits.waits(each));
    const made = effects.filter((each) => isCommand(each) && !this.#left.has(each.command));
    if (isFirst && isLeaving && made.length === 0 && this.#start.claimed.signals.length === 0) {
      return await this.#giveBack(this.#left.pauseMs);
    }
    this.#trace.recordHistory(step.history);
    const { claimed, identity, machine, policy } = this.#start;
    const plan = policy.plan({
      claimed,
      arn: identity.arn,
      snapshot: this.#snapshot,
      history: step.history,
      // A call whose time limits begin is written, although nothing else has happened.
      effects: this.#snapshot === before ? effects : [...effects, ...granted],
      handlersRunning: running + granted.length + (isLeaving ? made.length : 0),
      signalsSeen: step.signalsSeen,
      signalsUnused: step.signalsUnused,
      mode: this.#mode,
      now: this.#deps.clock.now(),
      holdMs: this.#deps.holdMs,
      finishPolicy: this.#deps.finishPolicy,
      releaseMs: this.#left.pauseMs,
    });
    if (plan.checkpoint !== null && !(await this.#commit(plan.checkpoint))) return { kind: 'lost' };
    if (step.history.length > 0) {
      this.#deps.executionLogger.write(claimed, machine, step.history, this.#snapshot.redrives);
    }
    return await this.#startEffects([...effects, ...granted], plan, isLeaving);
  }

  /** Drains from this round on. */
  #drainRound(): void {
    if (this.#mode !== 'running') return;
    this.#mode = 'draining';
    this.#roundMode = 'draining';
  }

  /** Releases the execution as it was claimed. */
  async #giveBack(pauseMs: number): Promise<RunOutcome> {
    const { committer, clock } = this.#deps;
    const { claimed, snapshot } = this.#start;
    const dueInMs = untilTimer(snapshot, clock.now(), pauseMs);
    this.#permits.giveBack();
    const change = { lease: 'release', dueInMs, wakeupSent: true } as const;
    if (!(await committer.commit(createCheckpoint(claimed, change)))) return { kind: 'lost' };
    return { kind: 'suspended', dueInMs: this.#expectsSignals ? 0 : dueInMs };
  }

  /** Returns whether the checkpoint was written: false when another worker holds the execution. */
  async #commit(checkpoint: NonNullable<CheckpointPlan['checkpoint']>): Promise<boolean> {
    const { committer, ends, clock } = this.#deps;
    const measured = this.#figures?.measure(checkpoint, this.#snapshot, clock.now()) ?? checkpoint;
    const isWritten = await this.#trace.commit(checkpoint, () => committer.commit(measured));
    if (!isWritten) return false;
    ends.record(this.#start.claimed, checkpoint, clock.now());
    this.#lastWritten = checkpoint.snapshot;
    this.#permits.settle(checkpoint);
    return true;
  }

  async #startEffects(
    effects: readonly Effect[],
    { outcome }: CheckpointPlan,
    isLeaving: boolean,
  ): Promise<RunOutcome | null> {
    const cancelling = effects.map((e) =>
      e.type === 'cancel' ? this.#calls.cancel(e.command) : null,
    );
    if (outcome !== null) {
      // The caller may close the store next.
      await Promise.all(cancelling);
      if (outcome.kind !== 'suspended') return outcome;
      const isWoken = await this.#permits.isWoken();
      // A signal that arrived during the commit has made the sleep end at once (`CheckpointStore`).
      return isWoken || this.#expectsSignals ? { kind: 'suspended', dueInMs: 0 } : outcome;
    }
    // After a drain during the commit, calls stay open for the worker that claims the execution.
    const startsCalls =
      this.#mode === 'running' ||
      this.#start.policy.startsCallsWhileDraining ||
      (isLeaving && this.#mode === 'draining');
    for (const effect of effects) {
      if (isCommand(effect) && startsCalls && !this.#left.has(effect.command)) {
        this.#calls.start(effect);
      }
    }
    return null;
  }

  /** Applies all pending events to the machine, in order. */
  #advance(): RoundStep {
    const { machine, identity } = this.#start;
    const pending = this.#pending.takeAll();
    if (pending.signalsSeen > 0) this.#expectsSignals = false;
    const { events } = this.#mode === 'abandoned' ? noEvents : pending;
    const effects: Effect[] = [...this.#openBefore];
    this.#openBefore = [];
    const history: RoundStep['history'][number][] = [];
    const signalsUnused: number[] = [];
    let signalsSeen = 0;
    this.#roundWork = 0;
    for (const [index, event] of events.entries()) {
      if (this.#isRoundLong()) {
        this.#pending.putBack(events.slice(index));
        break;
      }
      const signalId = this.#pending.findSignalId(event);
      signalsSeen = Math.max(signalsSeen, signalId ?? 0);
      if (signalId !== undefined && isTooLate(this.#snapshot, event)) signalsUnused.push(signalId);
      if (this.#supersedesCall(event, effects)) {
        effects.push({ type: 'cancel', command: event.command });
      }
      const result = transition(machine, identity, this.#snapshot, event);
      this.#figures?.add(this.#snapshot, result);
      this.#snapshot = result.snapshot;
      this.#roundWork += result.work;
      effects.push(...result.effects);
      history.push(...result.history);
    }
    return { effects: withoutCancelled(effects), history, signalsSeen, signalsUnused };
  }

  /**
   * Whether the event came from outside and concerns a command that is running here, or is about
   * to be called again: it has been answered, or another worker has started it.
   */
  #supersedesCall(
    event: PendingEvents['events'][number],
    effects: readonly Effect[],
  ): event is AnsweringEvent {
    if (!isAnswer(event)) return false;
    const { command } = event;
    return (
      this.#calls.has(command) ||
      effects.some((effect) => isCommand(effect) && effect.command === command)
    );
  }

  /** Counts the calls that still run once the effects have been started. */
  #countRunning(effects: readonly Effect[]): number {
    const cancelled = findCancelled(effects);
    return this.#calls.commands.filter((command) => !cancelled.has(command)).length;
  }

  /**
   * After a crash or a release: calls the open commands again, under the same idempotency keys,
   * unless they have been answered or have timed out by now. Their heartbeat timeouts start over:
   * the silence of a lost worker says nothing about the work.
   */
  #resume(): void {
    const { machine, identity } = this.#start;
    this.#openBefore = findOpenCommands(machine, identity, this.#snapshot);
    this.#pending.prepend(
      this.#openBefore.map(({ command }) => ({ type: 'heartbeatReceived', command })),
    );
    const due = dueAt(this.#snapshot);
    if (due !== null && due <= this.#deps.clock.now()) this.#pending.add({ type: 'timersDue' });
  }

  /** Resolves when an event is pending, a timer of the machine is due, or the mode has changed. */
  async #nextRound(): Promise<void> {
    // After much work, other executions, timers and heartbeats of this process have their turn.
    if (this.#isRoundLong()) {
      await new Promise<void>((resolve) => this.#deps.clock.after(0, resolve));
    }
    if (this.#hasWork()) return;
    const due = this.#permits.nextDueAt(this.#snapshot, this.#deps.clock.now());
    await new Promise<void>((resolve) => {
      const cancelTimer = due === null ? null : this.#setTimer(due);
      this.#wake = () => {
        if (!this.#hasWork()) return;
        this.#wake = null;
        cancelTimer?.();
        resolve();
      };
    });
  }

  /** Whether the round has done so much that other executions should have their turn. */
  #isRoundLong(): boolean {
    return this.#roundWork > this.#start.machine.limits.transitionWorkMax;
  }

  #hasWork(): boolean {
    return !this.#pending.isEmpty || this.#mode !== this.#roundMode;
  }

  #setTimer(due: number): () => void {
    const { clock } = this.#deps;
    return clock.after(due - clock.now(), () => this.#pending.add({ type: 'timersDue' }));
  }
}

/** What an abandoned run processes. */
const noEvents: PendingEvents = Object.freeze({ events: [], signalsSeen: 0 });
