/**
 * A branch while it runs: a `Branch` thawed for the length of one transition, with the compiled
 * state it is in. Nothing outside the transition sees it; what remains is the frozen branch.
 */

import type { Evaluation } from '../asl/evaluation.ts';
import type { Json, JsonObject } from '../asl/json/json.ts';
import { assert } from '../errors.ts';
import { type ContextItem, contextObject } from './context-object.ts';
import {
  type FailureDetails,
  type HistoryEventDetails,
  type HistoryEventType,
  whole,
} from './history-event.ts';
import type { Graph, StateNode } from './machine.ts';
import type { Branch, Doing, Done } from './snapshot.ts';
import type { Turn } from './turn.ts';

/** The graph a branch runs in, and the Parallel or Map around it. */
export interface Frame {
  readonly graph: Graph;
  /** Null for the machine itself. */
  readonly host: Visit | null;
  /** Which of the host's branches or iterations this is. */
  readonly index: number;
}

/** The values between a state's fields, in the words of Step Functions' TestState. */
export type Noted =
  | 'afterInputPath'
  | 'afterParameters'
  | 'afterArguments'
  | 'result'
  | 'afterResultSelector'
  | 'afterResultPath';

/** See the head of this file. */
export class Visit {
  readonly turn: Turn;
  readonly frame: Frame;
  node: StateNode;
  input: Json;
  enteredId: number;
  enteredAt: number;
  lastId: number;
  attempt: number;
  retries: readonly number[];
  /** What this branch has set; undefined while it has set nothing. */
  variables: JsonObject | undefined;
  /** What outsiders answer the state's command with; undefined when nobody outside may. */
  taskToken: string | undefined;
  /** The branches of a Parallel or Map that has started, for as long as it is in that state. */
  children: readonly (Branch | Done)[] | null = null;
  /** A Map's items, while its iterations run. */
  items: readonly Json[] = [];
  /** Whether those items cannot be computed again. */
  keepsItems = false;
  /** What expressions see beside their input; made when the first one asks. */
  #sight: Omit<Evaluation, 'input'> | undefined;

  constructor(turn: Turn, frame: Frame, branch: Branch) {
    this.turn = turn;
    this.frame = frame;
    this.node = stateOf(frame.graph, branch.state);
    this.input = branch.input;
    this.enteredId = branch.enteredId;
    this.enteredAt = branch.enteredAt;
    this.lastId = branch.lastId;
    this.attempt = branch.attempt;
    this.retries = branch.retries;
    this.variables = branch.variables;
    this.taskToken = branch.doing.kind === 'task' ? branch.doing.taskToken : undefined;
  }

  /** Moves to a state that is yet to be entered. */
  moveTo(state: string, input: Json): void {
    this.node = stateOf(this.frame.graph, state);
    this.input = input;
    this.enteredId = 0;
    this.enteredAt = 0;
    this.attempt = 0;
    this.retries = none;
    this.taskToken = undefined;
    this.children = null;
  }

  /** Records that the state is entered, now. */
  enter(): void {
    const { turn, node, input } = this;
    this.record(`${wordOf(node)}StateEntered`, {
      stateEnteredEventDetails: {
        input: turn.textOf(input, node.name),
        inputDetails: whole,
        name: node.name,
      },
    });
    this.enteredId = this.lastId;
    this.enteredAt = turn.at;
  }

  /** Records an event of this branch. */
  record(type: HistoryEventType, details?: HistoryEventDetails): void {
    this.lastId = this.turn.record(type, this.lastId, details);
  }

  /**
   * Told of each value between two fields as the state comes to it. Nobody listens here; a test of
   * a single state does.
   */
  note(_what: Noted, _value: Json): void {}

  /** The cause that the state fails with for what went wrong in it. */
  causeOf(what: string): string {
    const { node, enteredId } = this;
    return `An error occurred while executing the state '${node.name}' (entered at the event id #${enteredId}). ${what}`;
  }

  /** The scope of an expression whose `$` is `input`. */
  evaluation(input: Json): Evaluation {
    this.#sight ??= {
      context: () => this.#contextWith(itemOf(this.frame)),
      variable: (name) => variableIn(this, name),
      random: this.turn.random,
      now: () => this.turn.at,
    };
    const { context, variable, random, now } = this.#sight;
    return { input, context, variable, random, now };
  }

  /**
   * As `evaluation`, for what may have to be computed again; `once` is called when it would be
   * different then.
   */
  repeatable(input: Json, once: () => void): Evaluation {
    const noting = (draw: () => number) => () => {
      once();
      return draw();
    };
    const evaluation = this.evaluation(input);
    const { random, now } = evaluation;
    return { ...evaluation, random: noting(random), now: noting(now) };
  }

  /** All variables that this branch sees. */
  seenVariables(): JsonObject {
    const outer = this.frame.host?.seenVariables() ?? {};
    return this.variables === undefined ? outer : { ...outer, ...this.variables };
  }

  /**
   * The scope of an expression of this Map about its item `index`, of which `$$.Map.Item` tells.
   */
  itemEvaluation(input: Json, index: number): Evaluation {
    const item = { index, value: this.items[index] ?? null };
    return { ...this.evaluation(input), context: () => this.#contextWith(item) };
  }

  /** Freezes the branch, blocked. */
  block(doing: Doing): Branch {
    const { node, input, enteredId, enteredAt, lastId, attempt, retries, variables } = this;
    const branch = {
      state: node.name,
      input,
      enteredId,
      enteredAt,
      lastId,
      attempt,
      retries,
      doing,
    };
    return variables === undefined ? branch : { ...branch, variables };
  }

  /** Freezes the branch, failed, so that a redrive can go on from here. */
  fail(doing: Doing, failure: FailureDetails): Branch {
    return { ...this.block(doing), failure };
  }

  #contextWith(item: ContextItem | undefined): JsonObject {
    return contextObject(this.turn.identity, {
      startedAt: this.turn.startedAt,
      redrives: this.turn.machine.type === 'EXPRESS' ? undefined : this.turn.redrives,
      stateName: this.node.name,
      enteredAt: this.enteredAt,
      retryCount: 'recovery' in this.node ? sum(this.retries) : undefined,
      taskToken: this.taskToken,
      item,
    });
  }
}

const none: readonly number[] = Object.freeze([]);

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}

/** The variable of this name: the branch's own, or that of the nearest branch around it. */
function variableIn(inner: Visit, name: string): Json | undefined {
  for (let visit: Visit | null = inner; visit !== null; visit = visit.frame.host) {
    const { variables } = visit;
    if (variables !== undefined && Object.hasOwn(variables, name)) return variables[name];
  }
  return undefined;
}

/** The item of the innermost Map around `frame`. */
function itemOf(frame: Frame): ContextItem | undefined {
  for (let { host, index } = frame; host !== null; { host, index } = host.frame) {
    if (host.node.type === 'Map') return { index, value: host.items[index] ?? null };
  }
  return undefined;
}

/** What the history calls a state of this kind. */
export function wordOf({ type }: StateNode): Exclude<StateNode['type'], 'DistributedMap'> {
  return type === 'DistributedMap' ? 'Map' : type;
}

/** The compiled state `name` of `graph`. */
export function stateOf(graph: Graph, name: string): StateNode {
  const node = graph.states.get(name);
  assert(node !== undefined, `the definition has the state '${name}' that the snapshot is in`);
  return node;
}

/** A branch that is yet to enter the first state of `graph`. */
export function beginning(graph: Graph, input: Json, lastId: number, at: number): Branch {
  return {
    state: graph.startAt,
    input,
    enteredId: 0,
    enteredAt: 0,
    lastId,
    attempt: 0,
    retries: none,
    doing: { kind: 'entry', at },
  };
}
