/**
 * Runs one claimed execution until it ends, sleeps, is handed back or is lost to another worker.
 *
 * The order is always: what happened → transition → checkpoint → effects. So a handler runs only
 * after the database knows that it will, and an answer counts only once it is written; an EXPRESS
 * machine's policy leaves out all checkpoints but the last. A checkpoint
 * that is refused means that another worker holds the execution: the run stops its handlers and
 * writes nothing more.
 *
 * Modes: *running* → `drain()` → *draining* (handlers that run may answer; no new step is begun) →
 * `abandon()` → *abandoned* (handlers are aborted, their answers ignored). From each the run ends
 * by one last checkpoint. `abandonLease()` ends it without.
 */

import { dueAt } from '../../engine/due-at.ts';
import {
  type CommandEffect,
  type Effect,
  type InvokeEffect,
  isCommand,
  type MapRunEffect,
} from '../../engine/effect.ts';
import type { EngineEvent } from '../../engine/event.ts';
import type { ExecutionIdentity } from '../../engine/execution-identity.ts';
import type { HistoryEvent } from '../../engine/history-event.ts';
import type { Machine } from '../../engine/machine.ts';
import { openCommands } from '../../engine/open-commands.ts';
import type { Snapshot } from '../../engine/snapshot.ts';
import { openTask } from '../../engine/task/open-task.ts';
import { transition } from '../../engine/transition.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Entropy } from '../../ports/entropy.ts';
import type { Checkpoint, ClaimedExecution } from '../../ports/execution-store.ts';
import type { Signal } from '../../ports/signal-store.ts';
import {
  type InvocationResult,
  idempotencyKeyOf,
  type TaskInvoker,
} from '../../ports/task-invoker.ts';
import type { MapRunStarter } from '../batch/map-run-starter.ts';
import { decodeSignal } from '../callbacks/signal-event.ts';
import { answerEvents } from './answer-events.ts';
import type { CheckpointPlan, RunPolicy } from './checkpoint-plan.ts';
import type { FinishDecision } from './finish-decision.ts';

/** How a run ended, which is also what becomes of its task: all but `released` are acknowledged. */
export type RunOutcome =
  | { readonly kind: 'ended' }
  /** It sleeps; `dueInMs` is null when only a signal wakes it. */
  | { readonly kind: 'suspended'; readonly dueInMs: number | null }
  /** Handed back unfinished: whoever claims it next goes on. */
  | { readonly kind: 'released' }
  /** Another worker holds it. */
  | { readonly kind: 'lost' };

/** What a run needs of the world. */
export interface RunContext {
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly invoker: TaskInvoker;
  readonly mapRuns: Pick<MapRunStarter, 'start'>;
  readonly commit: (checkpoint: Checkpoint) => Promise<boolean>;
  readonly decideFinish: (finish: Extract<Effect, { type: 'finish' }>) => FinishDecision;
  readonly policy: RunPolicy;
  /** Told the events of each step that stands, and how often the execution was redriven by then. */
  readonly log: (history: readonly HistoryEvent[], redrives: number) => void;
  /** The longest sleep, in milliseconds, that is waited out in memory rather than given back. */
  readonly holdMs: number;
}

/** Where a run begins. */
export interface RunStart {
  readonly claimed: ClaimedExecution;
  readonly machine: Machine;
  readonly identity: ExecutionIdentity;
  readonly snapshot: Snapshot;
  /** Whether it only goes on from where it stands. */
  readonly goesOn: boolean;
  /** What happens before it sees its signals, and what after. */
  readonly begin: readonly EngineEvent[];
  readonly end: readonly EngineEvent[];
}

/** See the head of this file. */
export type RunMode = 'running' | 'draining' | 'abandoned';

/** What a few events did together. */
interface Step {
  readonly effects: readonly Effect[];
  readonly history: readonly HistoryEvent[];
  /** Id of the newest signal among them; 0 without. */
  readonly signalsSeen: number;
  /** Ids of those that answered a command which is over. */
  readonly signalsUnused: readonly number[];
}

export class ExecutionRun {
  readonly #context: RunContext;
  readonly #start: RunStart;
  readonly #handlers = new Map<string, AbortController>();
  #snapshot: Snapshot;
  #happened: EngineEvent[];
  #mode: RunMode = 'running';
  #isLeaseAbandoned = false;
  /** The mode that the last round knew of. */
  #seenMode: RunMode = 'running';
  #wake: (() => void) | null = null;
  /** Commands that were out before this run; the first round sends them again. */
  #open: readonly CommandEffect[] = [];
  #lastWritten: string | null = null;
  /** Ids of the newest signal that came, and of the newest that no round has seen yet. */
  #signalTaken = 0;
  #signalUnseen = 0;
  /** The signals that events came by. */
  readonly #signalOf = new WeakMap<EngineEvent, number>();

  constructor(context: RunContext, start: RunStart) {
    this.#context = context;
    this.#start = start;
    this.#snapshot = start.snapshot;
    this.#happened = [...start.begin];
    this.take(start.claimed.signals);
    this.#happened.push(...start.end);
  }

  /** The snapshot that this run wrote last; null when it has written none. */
  get lastWritten(): string | null {
    return this.#lastWritten;
  }

  /** Stops beginning new steps; the run ends when the handlers that run have answered. */
  drain(): void {
    if (this.#mode === 'running') this.#mode = 'draining';
    this.#wake?.();
  }

  /** Aborts the handlers and ends the run without their answers. */
  abandon(): void {
    this.#mode = 'abandoned';
    this.#abortHandlers();
    this.#wake?.();
  }

  /**
   * Aborts the handlers and ends the run without a word to the store: whoever takes it over from
   * the lease that has ended counts a stall.
   */
  abandonLease(): void {
    this.#isLeaseAbandoned = true;
    this.abandon();
  }

  /** Aborts the execution, as a person asked. */
  abort(): void {
    this.#happen({ type: 'aborted', ...this.#now() });
  }

  /** Takes what outsiders said to the execution; what it has already is left out. */
  take(signals: readonly Signal[]): void {
    for (const { id, event } of signals) {
      if (id <= this.#signalTaken) continue;
      this.#signalTaken = id;
      this.#signalUnseen = id;
      const happened = { ...decodeSignal(event), ...this.#now() };
      this.#signalOf.set(happened, id);
      this.#happen(happened);
    }
  }

  async run(): Promise<RunOutcome> {
    try {
      if (this.#start.goesOn) this.#resume();
      for (;;) {
        const outcome = await this.#round();
        if (outcome !== null) return outcome;
        await this.#somethingToDo();
      }
    } finally {
      this.#abortHandlers();
    }
  }

  /** One round: everything that happened since the last, made durable, then carried out. */
  async #round(): Promise<RunOutcome | null> {
    this.#seenMode = this.#mode;
    if (this.#isLeaseAbandoned) return { kind: 'released' };
    const step = this.#advance();
    const plan = this.#context.policy.plan({
      claimed: this.#start.claimed,
      arn: this.#start.identity.arn,
      snapshot: this.#snapshot,
      history: step.history,
      effects: step.effects,
      handlersRunning: this.#countRunning(step.effects),
      signalsSeen: step.signalsSeen,
      signalsUnused: step.signalsUnused,
      mode: this.#mode,
      now: this.#context.clock.now(),
      holdMs: this.#context.holdMs,
      decideFinish: this.#context.decideFinish,
    });
    if (plan.checkpoint !== null) {
      if (!(await this.#context.commit(plan.checkpoint))) return { kind: 'lost' };
      this.#lastWritten = plan.checkpoint.snapshot;
    }
    if (step.history.length > 0) this.#context.log(step.history, this.#snapshot.redrives);
    return await this.#follow(plan, step.effects);
  }

  async #follow(plan: CheckpointPlan, effects: readonly Effect[]): Promise<RunOutcome | null> {
    const cancelling = effects.map((e) => (e.type === 'cancel' ? this.#cancel(e.command) : null));
    if (plan.outcome !== null) {
      // The caller may close the store next.
      await Promise.all(cancelling);
      return plan.outcome;
    }
    const begins = this.#mode === 'running' || this.#context.policy.beginsWhileDraining;
    for (const effect of effects) {
      // A drain that came meanwhile: what was scheduled stays open, for whoever claims it next.
      if (effect.type === 'invoke' && begins) this.#invoke(effect);
      if (effect.type === 'mapRun' && begins) this.#startMapRun(effect);
    }
    return null;
  }

  /** Lets the machine see all that has happened, in order. */
  #advance(): Step {
    const { machine, identity } = this.#start;
    const abandoned = this.#mode === 'abandoned';
    const events = abandoned ? [] : this.#happened;
    const signalsSeen = abandoned ? 0 : this.#signalUnseen;
    this.#happened = [];
    this.#signalUnseen = 0;
    const effects: Effect[] = [...this.#open];
    this.#open = [];
    const history: HistoryEvent[] = [];
    const signalsUnused: number[] = [];
    for (const event of events) {
      const signal = this.#signalOf.get(event);
      if (signal !== undefined && this.#comesTooLate(event)) signalsUnused.push(signal);
      if (this.#isAnsweredElsewhere(event, effects)) {
        effects.push({ type: 'cancel', command: event.command });
      }
      const result = transition(machine, identity, this.#snapshot, event);
      this.#snapshot = result.snapshot;
      effects.push(...result.effects);
      history.push(...result.history);
    }
    return { effects: withoutCancelled(effects), history, signalsSeen, signalsUnused };
  }

  /** A result that nothing waits for any more. */
  #comesTooLate(event: EngineEvent): boolean {
    if (event.type !== 'commandSucceeded') return false;
    return openTask(this.#snapshot, event.command) === undefined;
  }

  /**
   * A word from outside about a command that a handler works on, or that is about to be sent again:
   * it is answered, or another has taken it up.
   */
  #isAnsweredElsewhere(
    event: EngineEvent,
    effects: readonly Effect[],
  ): event is Extract<EngineEvent, { command: string }> {
    if (!('command' in event) || !tellsOfOthers.has(event.type)) return false;
    const { command } = event;
    return (
      this.#handlers.has(command) ||
      effects.some((effect) => isCommand(effect) && effect.command === command)
    );
  }

  /** Handlers whose answers will matter once the effects are carried out. */
  #countRunning(effects: readonly Effect[]): number {
    const cancelled = cancelledBy(effects);
    return [...this.#handlers.keys()].filter((command) => !cancelled.has(command)).length;
  }

  /**
   * After a crash or a hand-over: what was under way is called again, under the same idempotency
   * keys, unless an answer is there or its time is over by now. Its heartbeat begins anew: that
   * none came from a worker that was lost says nothing about the work.
   */
  #resume(): void {
    const { machine, identity } = this.#start;
    this.#open = openCommands(machine, identity, this.#snapshot);
    const heartbeats = this.#open.map(
      ({ command }) => ({ type: 'heartbeatReceived', command, ...this.#now() }) as const,
    );
    this.#happened = [...heartbeats, ...this.#happened];
    const due = dueAt(this.#snapshot);
    if (due !== null && due <= this.#context.clock.now()) {
      this.#happened.push({ type: 'timersDue', ...this.#now() });
    }
  }

  #invoke(effect: InvokeEffect): void {
    const { claimed, identity } = this.#start;
    const controller = new AbortController();
    this.#handlers.set(effect.command, controller);
    const answer = this.#context.invoker.invoke({
      resource: effect.resource,
      parameters: effect.parameters,
      pattern: effect.pattern,
      ...(effect.taskToken === undefined ? {} : { taskToken: effect.taskToken }),
      ...(effect.credentials === undefined ? {} : { credentials: effect.credentials }),
      idempotencyKey: idempotencyKeyOf(claimed.id, effect.command),
      signal: controller.signal,
      execution: { id: claimed.id, arn: identity.arn, name: claimed.name },
      machineId: claimed.machineId,
      batchId: claimed.batchId,
      queue: claimed.queue,
      stateName: effect.stateName,
      attempt: effect.attempt,
      heartbeat: () => {
        this.#happen({ type: 'heartbeatReceived', command: effect.command, ...this.#now() });
      },
    });
    void answer.then((result) => this.#answered(effect, result));
  }

  #startMapRun(effect: MapRunEffect): void {
    const { command } = effect;
    const controller = new AbortController();
    this.#handlers.set(command, controller);
    const answer = this.#context.mapRuns.start(this.#start.claimed, effect, controller.signal);
    void answer.then((result) => this.#answered({ command, pattern: 'sync' }, result));
  }

  #answered(call: Pick<InvokeEffect, 'command' | 'pattern'>, result: InvocationResult): void {
    if (!this.#handlers.delete(call.command)) return;
    for (const event of answerEvents(call, result)) this.#happen({ ...event, ...this.#now() });
  }

  /** Stops the handler of a command, or the waiting for its answer from outside. */
  async #cancel(command: string): Promise<void> {
    const { invoker } = this.#context;
    this.#handlers.get(command)?.abort();
    if (!this.#handlers.delete(command)) await invoker.cancel?.(this.#start.claimed.id, command);
  }

  #abortHandlers(): void {
    for (const controller of this.#handlers.values()) controller.abort();
    this.#handlers.clear();
  }

  #happen(event: EngineEvent): void {
    this.#happened.push(event);
    this.#wake?.();
  }

  #now(): { readonly at: number; readonly seed: EngineEvent['seed'] } {
    return { at: this.#context.clock.now(), seed: this.#context.entropy.seed() };
  }

  /**
   * Resolves when something has happened, a timer of the machine is due, or the mode has changed.
   */
  async #somethingToDo(): Promise<void> {
    if (this.#happened.length > 0 || this.#mode !== this.#seenMode) return;
    const due = dueAt(this.#snapshot);
    await new Promise<void>((resolve) => {
      const cancelTimer =
        due === null
          ? null
          : this.#context.clock.after(due - this.#context.clock.now(), () => {
              this.#happen({ type: 'timersDue', ...this.#now() });
            });
      this.#wake = () => {
        if (this.#happened.length === 0 && this.#mode === this.#seenMode) return;
        this.#wake = null;
        cancelTimer?.();
        resolve();
      };
    });
  }
}

/** The events that make a call needless. */
const tellsOfOthers: ReadonlySet<EngineEvent['type']> = new Set<EngineEvent['type']>([
  'commandSucceeded',
  'commandFailed',
  'commandStarted',
]);

/** An invocation that a later event of the same step cancelled is never made. */
function withoutCancelled(effects: readonly Effect[]): readonly Effect[] {
  const cancelled = cancelledBy(effects);
  if (cancelled.size === 0) return effects;
  return effects.filter((effect) => !isCommand(effect) || !cancelled.has(effect.command));
}

function cancelledBy(effects: readonly Effect[]): ReadonlySet<string> {
  return new Set(effects.flatMap((e) => (e.type === 'cancel' ? [e.command] : [])));
}
