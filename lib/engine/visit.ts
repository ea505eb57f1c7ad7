import type { Evaluation } from '../asl/evaluation.ts';
import type { Json, JsonObject } from '../asl/json/json.ts';
import { assert } from '../errors.ts';
import { type ContextItem, createContextObject } from './context-object.ts';
import {
  type FailureDetails,
  type HistoryEventDetails,
  type HistoryEventType,
  notTruncated,
} from './history-event.ts';
import type { FieldScope, InspectionField } from './language/query-language.ts';
import type { Graph, StateNode } from './node.ts';
import type { AcceptedMapRun, Branch, Doing, Done } from './snapshot.ts';
import type { TransitionContext } from './transition-context.ts';

/** The graph that a branch runs in, and the Parallel or Map around it. */
export interface Frame {
  readonly graph: Graph;
  /** Null for the machine itself. */
  readonly host: Visit | null;
  /** Position among the host's branches or iterations. */
  readonly index: number;
}

/**
 * A branch while one transition runs it, in one state at a time: the mutable form of a `Branch`,
 * with the compiled state. Nothing outside the transition sees it; `block` and `fail` return the
 * branch to store.
 */
export class Visit implements FieldScope {
  readonly transition: TransitionContext;
  readonly frame: Frame;
  node: StateNode;
  input: Json;
  enteredId: number;
  enteredAt: number;
  lastId: number;
  /** See {@link Branch.attempt}. */
  attempt: number;
  retries: readonly number[];
  /** The variables that this branch has set; undefined while there are none. */
  variables: JsonObject | undefined;
  /** Token for answering the state's command from outside; undefined without one. */
  taskToken: string | undefined;
  /** The run of a distributed Map that a redrive continues; undefined when it starts one. */
  mapRun: AcceptedMapRun | undefined;
  /** The branches of the Parallel or Map that the visit is in; null before it has started. */
  children: readonly (Branch | Done)[] | null = null;
  /** Length of the JSON text of the output of the state that was exited last, in characters. */
  outputChars = 0;
  /** A Map's items, while its iterations run. */
  items: readonly Json[] = [];
  /** Whether to store the items, because computing them again could give others. */
  keepsItems = false;
  /** Whether a Map starts its next iterations in the next transition, because this one is full. */
  startsLater = false;
  /** All of an evaluation except its input; created on first use. */
  #scope: Omit<Evaluation, 'input'> | undefined;

  constructor(transition: TransitionContext, frame: Frame, branch: Branch) {
    this.transition = transition;
    this.frame = frame;
    this.node = findState(frame.graph, branch.state);
    this.input = branch.input;
    this.enteredId = branch.enteredId;
    this.enteredAt = branch.enteredAt;
    this.lastId = branch.lastId;
    this.attempt = branch.attempt;
    this.retries = branch.retries;
    this.variables = branch.variables;
    const { doing } = branch;
    this.taskToken = doing.kind === 'task' ? doing.taskToken : undefined;
    this.mapRun = doing.kind === 'mapRun' || doing.kind === 'retry' ? doing.mapRun : undefined;
  }

  /** Moves to a state that has not been entered yet. */
  moveTo(state: string, input: Json): void {
    this.node = findState(this.frame.graph, state);
    this.input = input;
    this.enteredId = 0;
    this.enteredAt = 0;
    this.attempt = 0;
    this.retries = none;
    this.taskToken = undefined;
    this.mapRun = undefined;
    this.children = null;
    this.startsLater = false;
  }

  /** Records that the state is entered. */
  enter(): void {
    const { transition, node, input } = this;
    this.record(`${toHistoryType(node)}StateEntered`, {
      stateEnteredEventDetails: {
        input: transition.encode(input, node.name),
        inputDetails: notTruncated,
        name: node.name,
      },
    });
    this.enteredId = this.lastId;
    this.enteredAt = transition.at;
  }

  /** Records an event in this branch. */
  record(type: HistoryEventType, details?: HistoryEventDetails): void {
    this.lastId = this.transition.record(type, this.lastId, details);
  }

  /** Called with each value between two fields; tests of single states override it. */
  inspect(_field: InspectionField, _value: Json): void {}

  /** Returns the cause of a failure in this state, in AWS's words. */
  describeFailure(reason: string): string {
    const { node, enteredId } = this;
    return `An error occurred while executing the state '${node.name}' (entered at the event id #${enteredId}). ${reason}`;
  }

  /** Returns the scope of an expression whose `$` is `input`. */
  evaluation(input: Json): Evaluation {
    this.#scope ??= {
      context: () => this.#contextObject(innermostItem(this.frame)),
      variable: (name) => findVariable(this, name),
      random: this.transition.random,
      now: () => this.transition.at,
      budget: this.transition.budget,
    };
    const { context, variable, random, now, budget } = this.#scope;
    return { input, context, variable, random, now, budget };
  }

  /**
   * Like `evaluation`, for a value that may have to be computed again; calls `onVolatile` when an
   * expression uses a random number or the time.
   */
  recomputableEvaluation(input: Json, onVolatile: () => void): Evaluation {
    const tracked = (next: () => number) => () => {
      onVolatile();
      return next();
    };
    const evaluation = this.evaluation(input);
    const { random, now } = evaluation;
    return { ...evaluation, random: tracked(random), now: tracked(now) };
  }

  /** Returns all variables that this branch sees: its own and those of the branches around it. */
  visibleVariables(): JsonObject {
    const outer = this.frame.host?.visibleVariables() ?? {};
    return this.variables === undefined ? outer : { ...outer, ...this.variables };
  }

  /**
   * Returns the scope of an expression of this Map about the item at `index`: `$$.Map.Item` is that
   * item.
   */
  itemEvaluation(input: Json, index: number): Evaluation {
    const item = { index, value: this.items[index] ?? null };
    return { ...this.evaluation(input), context: () => this.#contextObject(item) };
  }

  /** Returns the branch as it blocks. */
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

  /** Returns the branch as it fails, so that a redrive can continue from here. */
  fail(doing: Doing, failure: FailureDetails): Branch {
    return { ...this.block(doing), failure };
  }

  #contextObject(item: ContextItem | undefined): JsonObject {
    return createContextObject(this.transition.identity, {
      startedAt: this.transition.startedAt,
      redrives: this.transition.machine.type === 'EXPRESS' ? undefined : this.transition.redrives,
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

/** Returns the variable of this name: the branch's own, or that of the nearest branch around it. */
function findVariable(inner: Visit, name: string): Json | undefined {
  for (let visit: Visit | null = inner; visit !== null; visit = visit.frame.host) {
    const { variables } = visit;
    if (variables !== undefined && Object.hasOwn(variables, name)) return variables[name];
  }
  return undefined;
}

/** Returns the item of the innermost Map around `frame`. */
function innermostItem(frame: Frame): ContextItem | undefined {
  for (let { host, index } = frame; host !== null; { host, index } = host.frame) {
    if (host.node.type === 'Map') return { index, value: host.items[index] ?? null };
  }
  return undefined;
}

/** Returns the state type that the history uses for a node. */
export function toHistoryType({ type }: StateNode): Exclude<StateNode['type'], 'DistributedMap'> {
  return type === 'DistributedMap' ? 'Map' : type;
}

/** Returns the compiled state `name` of `graph`. */
export function findState(graph: Graph, name: string): StateNode {
  const node = graph.states.get(name);
  assert(node !== undefined, `the definition has the state '${name}' that the snapshot is in`);
  return node;
}

/** Returns a branch that has not entered the first state of `graph` yet. */
export function newBranch(graph: Graph, input: Json, lastId: number, at: number): Branch {
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
