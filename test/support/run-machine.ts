/**
 * Runs a definition to its end, or until nothing more can happen, with test handlers and a clock
 * that jumps to the next timer. Every step is a production transition, and is kept for inspection.
 */

import type { MachineDefinition, MachineType } from '../../lib/asl/definition.ts';
import type { Json } from '../../lib/asl/json/json.ts';
import { parseDefinition } from '../../lib/asl/parse.ts';
import { defaultScope } from '../../lib/engine/arn/aws-scope.ts';
import { toExecutionArn, toMachineArn } from '../../lib/engine/arn/make-arn.ts';
import { compileMachine } from '../../lib/engine/compile-machine.ts';
import { dueAt } from '../../lib/engine/due-at.ts';
import {
  type Effect,
  type FinishEffect,
  type InvokeEffect,
  isCommand,
  type MapRunEffect,
} from '../../lib/engine/effect.ts';
import type { EngineEvent, Seed, UntimedEvent } from '../../lib/engine/event.ts';
import type { ExecutionIdentity } from '../../lib/engine/execution-identity.ts';
import type { HistoryEvent } from '../../lib/engine/history-event.ts';
import type { EngineLimits } from '../../lib/engine/limits.ts';
import type { Machine } from '../../lib/engine/machine.ts';
import type { MapRunSpec } from '../../lib/engine/map-run/map-run-spec.ts';
import { newSnapshot, type Snapshot } from '../../lib/engine/snapshot.ts';
import { transition } from '../../lib/engine/transition.ts';
import type { InvocationResult } from '../../lib/ports/task-invoker.ts';
import { toAnswerEvents } from '../../lib/roles/execution/running-calls.ts';

/** When every run starts: 2026-01-01T00:00:00.000Z. */
export const startOfRun = Date.UTC(2026, 0, 1);

/** Thrown by a handler to fail its task with `error` and `cause`. */
export class TaskFailure extends Error {
  readonly error: string;
  readonly causeText: string;

  constructor(error: string, causeText = '') {
    super(error);
    this.error = error;
    this.causeText = causeText;
  }
}

/** What a handler returns so that its call is never answered. */
export const noAnswer = Symbol('no answer');

/** What a handler returns for an accepted request whose answer comes from outside. */
export class Accepted {
  readonly reply: Json;
  readonly answer: () => Json | typeof noAnswer;

  constructor(reply: Json, answer: () => Json | typeof noAnswer) {
    this.reply = reply;
    this.answer = answer;
  }
}

/** Answers a command. */
export type TestHandler = (
  parameters: Json,
  command: InvokeEffect,
) => Json | Accepted | typeof noAnswer;

/** Answers a map run; `tookMs` is how long it took, in milliseconds. */
export type TestMapRun = (run: MapRunSpec) => {
  readonly answer: InvocationResult;
  readonly tookMs: number;
};

/** Options of {@link Run}. */
export interface RunOptions {
  /** @default {} */
  readonly input?: Json;
  /** Handlers by `Resource`; a missing one fails as an unknown handler. */
  readonly handlers?: Readonly<Record<string, TestHandler>>;
  /** @default map runs are never answered */
  readonly mapRun?: TestMapRun;
  /** Which of the map runs under way is answered first. @default oldest */
  readonly firstMapRun?: 'oldest' | 'newest';
  readonly limits?: Partial<EngineLimits>;
  /** @default STANDARD */
  readonly type?: MachineType;
}

/** An execution under test. */
export class Run {
  readonly machine: Machine;
  readonly identity: ExecutionIdentity;
  readonly events: EngineEvent[] = [];
  readonly history: HistoryEvent[] = [];
  readonly effects: Effect[] = [];
  readonly calls: InvokeEffect[] = [];
  snapshot: Snapshot = newSnapshot();
  now = startOfRun;
  /** What the last transition took. */
  lastWork = 0;
  handlers: Readonly<Record<string, TestHandler>>;
  readonly #mapRun: TestMapRun | undefined;
  readonly #firstMapRun: 'oldest' | 'newest';
  #unanswered: InvokeEffect[] = [];
  #mapRuns: Pick<MapRunEffect, 'command' | 'run'>[] = [];
  readonly #startedRuns = new Map<string, MapRunSpec>();

  constructor(definition: object, options: RunOptions = {}) {
    this.machine = compiled(definition, options);
    this.identity = testIdentity(options.input ?? {});
    this.handlers = options.handlers ?? {};
    this.#mapRun = options.mapRun;
    this.#firstMapRun = options.firstMapRun ?? 'oldest';
  }

  /** Applies one event at the run's current time. */
  apply(event: UntimedEvent): this {
    const stamped = { ...event, at: this.now, seed: createSeed(this.events.length) };
    this.events.push(stamped);
    const result = transition(this.machine, this.identity, this.snapshot, stamped);
    this.snapshot = result.snapshot;
    this.lastWork = result.work;
    this.history.push(...result.history);
    this.effects.push(...result.effects);
    for (const effect of result.effects) {
      if (effect.type === 'invoke') this.#unanswered.push(effect);
      if (effect.type === 'mapRun') {
        this.#mapRuns.push(effect);
        this.#startedRuns.set(effect.run.mapRunArn, effect.run);
      }
      const run = effect.type === 'mapRunRedrive' && this.#startedRuns.get(effect.mapRunArn);
      if (run && isCommand(effect)) this.#mapRuns.push({ command: effect.command, run });
    }
    return this;
  }

  /** Runs until the execution ends or waits for an event that never comes. */
  finish(): this {
    if (this.snapshot.status === 'PENDING') this.apply({ type: 'started' });
    for (;;) {
      const command = this.#unanswered.shift();
      if (command !== undefined) this.#answer(command);
      else if (this.#answerMapRun()) continue;
      else if (!this.#fireTimers()) return this;
    }
  }

  /** The effect that ended the execution. */
  get end(): FinishEffect | undefined {
    return this.effects.findLast((effect) => effect.type === 'finish');
  }

  /** The output of an execution that succeeded. */
  get output(): Json | undefined {
    return this.end?.output;
  }

  /** The types of the history's events, in order. */
  get types(): string[] {
    return this.history.map(({ type }) => type);
  }

  #answer(command: InvokeEffect): void {
    this.calls.push(command);
    try {
      const { resource } = command;
      const handler = Object.hasOwn(this.handlers, resource) ? this.handlers[resource] : undefined;
      if (handler === undefined) throw new TaskFailure('UnknownHandler', command.resource);
      const returned = handler(command.parameters, command);
      const isAccepted = returned instanceof Accepted;
      if (isAccepted) this.#applyResult(command, { ok: true, submitted: returned.reply });
      const result = isAccepted ? returned.answer() : returned;
      if (result !== noAnswer) this.#applyResult(command, { ok: true, result });
    } catch (thrown) {
      if (!(thrown instanceof TaskFailure)) throw thrown;
      this.#applyResult(command, { ok: false, error: thrown.error, cause: thrown.causeText });
    }
  }

  #answerMapRun(): boolean {
    const effect = this.#firstMapRun === 'oldest' ? this.#mapRuns.shift() : this.#mapRuns.pop();
    if (effect === undefined || this.#mapRun === undefined) return false;
    const { answer, tookMs } = this.#mapRun(effect.run);
    this.now += tookMs;
    const call = { command: effect.command, pattern: 'sync' as const };
    this.#applyResult(call, { ok: true, submitted: null });
    this.#applyResult(call, answer);
    return true;
  }

  #applyResult(command: Pick<InvokeEffect, 'command' | 'pattern'>, result: InvocationResult): void {
    for (const event of toAnswerEvents(command, result)) this.apply(event);
  }

  #fireTimers(): boolean {
    const due = dueAt(this.snapshot);
    if (due === null) return false;
    this.now = Math.max(this.now, due);
    this.apply({ type: 'timersDue' });
    return true;
  }
}

/** Runs `definition` to its end. */
export function run(definition: object, options: RunOptions = {}): Run {
  return new Run(definition, options).finish();
}

/** A machine with one final state, named S. */
export function single(state: object): object {
  return { StartAt: 'S', States: { S: { End: true, ...state } } };
}

/** The identity of every run. */
export function testIdentity(input: Json): ExecutionIdentity {
  return {
    arn: toExecutionArn(defaultScope, 'machine', 'run-1'),
    name: 'run-1',
    input,
    roleArn: 'arn:aws:iam::000000000000:role/millrace',
    machineArn: toMachineArn(defaultScope, 'machine'),
    machineName: 'machine',
  };
}

/** Returns the seed of event number `count`: it differs by event, and is the same in every run. */
export function createSeed(count: number): Seed {
  return [count + 1, 2, 3, 4];
}

/** The compiled machines of definitions: a simulation runs each for many inputs. */
const compiledMachines = new WeakMap<
  object,
  { readonly text: string; readonly machine: Machine }
>();

function compiled(definition: object, { limits, type }: RunOptions): Machine {
  const text = JSON.stringify([definition, limits, type]);
  const known = compiledMachines.get(definition);
  if (known?.text === text) return known.machine;
  const machine = compileMachine(parsed(definition), limits, type);
  compiledMachines.set(definition, { text, machine });
  return machine;
}

function parsed(definition: object): MachineDefinition {
  return parseDefinition(JSON.stringify(definition));
}

/**
 * A machine that starts at `state`, named `name`, with those of `others` that it names as its
 * `Next`.
 */
export function startingAt(name: string, state: object, others: Record<string, object>): object {
  const text = JSON.stringify(state);
  const named = Object.entries(others).filter(([other]) => text.includes(`"Next":"${other}"`));
  return { StartAt: name, States: { [name]: state, ...Object.fromEntries(named) } };
}
