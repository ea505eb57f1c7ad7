/**
 * The states of a machine, the scopes that they are in, and the edges between them. The lists do
 * not depend on the order in which the definition has its states: scopes and states are in the
 * order in which a walk from `StartAt` reaches them.
 */
import type { ItemProcessor, StateDefinition, StateGraph } from '../asl/definition.ts';
import { describeRule } from './rule-text.ts';

/** States that may lead to one another: a machine, a branch of a Parallel, a Map's processor. */
export interface GraphScope {
  /** `root`, or owner and index: `Lines.0`. */
  readonly id: string;
  /** The Parallel or Map that it is in; null for the root. */
  readonly owner: string | null;
  readonly kind: 'root' | 'branch' | 'map';
  readonly index: number;
  readonly startAt: string;
}

/** One state, without what it does to documents. */
export interface GraphState {
  readonly name: string;
  readonly type: string;
  readonly scope: string;
  /** The Resource of a Task. */
  readonly resource: string | null;
  readonly comment: string | null;
  /** Whether its scope ends with it. */
  readonly isEnd: boolean;
  /** Whether it is a Map whose iterations are executions of their own. */
  readonly distributed: boolean;
  readonly retriers: number;
  readonly catchers: number;
}

/** One transition of a state to another of its scope. */
export interface GraphEdge {
  readonly from: string;
  readonly to: string;
  readonly kind: 'next' | 'choice' | 'default' | 'catch';
  /** The condition of a Choice's rule, or the errors of a catcher; otherwise ''. */
  readonly label: string;
  /** Position among the transitions of `from`. */
  readonly order: number;
}

/** A machine as a graph. */
export interface MachineGraph {
  readonly startAt: string;
  readonly scopes: readonly GraphScope[];
  readonly states: readonly GraphState[];
  readonly edges: readonly GraphEdge[];
}

/** The id of the outermost scope. */
export const rootScope = 'root';

interface Draft {
  readonly scopes: GraphScope[];
  readonly states: GraphState[];
  readonly edges: GraphEdge[];
}

/** Creates the graph of a definition that has passed `validate`. */
export function createMachineGraph(definition: StateGraph): MachineGraph {
  const draft: Draft = { scopes: [], states: [], edges: [] };
  addScope(draft, definition, { id: rootScope, owner: null, kind: 'root', index: 0 });
  return { startAt: definition.StartAt, ...draft };
}

function addScope(draft: Draft, graph: StateGraph, scope: Omit<GraphScope, 'startAt'>): void {
  draft.scopes.push({ ...scope, startAt: graph.StartAt });
  const states = new Map(Object.entries(graph.States));
  const edges = new Map([...states].map(([name, state]) => [name, edgesOf(name, state, states)]));
  const names = walkFrom(graph.StartAt, edges);
  for (const name of names) {
    const state = states.get(name);
    if (state === undefined) continue;
    draft.states.push(describeState(name, state, scope.id));
    draft.edges.push(...(edges.get(name) ?? []));
  }
  for (const name of names) {
    const state = states.get(name);
    if (state !== undefined) addInnerScopes(draft, name, state);
  }
}

function addInnerScopes(draft: Draft, name: string, state: StateDefinition): void {
  if (state.Type === 'Parallel') {
    for (const [index, branch] of state.Branches.entries()) {
      addScope(draft, branch, { id: `${name}.${index}`, owner: name, kind: 'branch', index });
    }
  }
  const processor = state.Type === 'Map' ? processorOf(state) : undefined;
  if (processor === undefined) return;
  addScope(draft, processor, { id: `${name}.0`, owner: name, kind: 'map', index: 0 });
}

function processorOf(state: Extract<StateDefinition, { Type: 'Map' }>): ItemProcessor | undefined {
  return state.ItemProcessor ?? state.Iterator;
}

/** Returns the states as a walk from `start` reaches them, then those that it does not, by name. */
function walkFrom(start: string, edges: ReadonlyMap<string, readonly GraphEdge[]>): string[] {
  const reached = new Set([start]);
  for (const name of reached) for (const { to } of edges.get(name) ?? []) reached.add(to);
  const others = [...edges.keys()].filter((name) => !reached.has(name)).sort();
  return [...reached, ...others];
}

function describeState(name: string, state: StateDefinition, scope: string): GraphState {
  const processor = state.Type === 'Map' ? processorOf(state) : undefined;
  return {
    name,
    type: state.Type,
    scope,
    resource: state.Type === 'Task' ? state.Resource : null,
    comment: state.Comment ?? null,
    isEnd: endsScope(state),
    distributed: processor?.ProcessorConfig?.Mode === 'DISTRIBUTED',
    retriers: 'Retry' in state ? (state.Retry?.length ?? 0) : 0,
    catchers: 'Catch' in state ? (state.Catch?.length ?? 0) : 0,
  };
}

function endsScope(state: StateDefinition): boolean {
  if (state.Type === 'Succeed' || state.Type === 'Fail') return true;
  return 'End' in state && state.End === true;
}

type Transition = Omit<GraphEdge, 'from' | 'order'>;

/** Returns the edges of a state to states that exist. */
function edgesOf(
  from: string,
  state: StateDefinition,
  states: ReadonlyMap<string, StateDefinition>,
): GraphEdge[] {
  return [...transitionsOf(state), ...catchesOf(state)]
    .filter(({ to }) => states.has(to))
    .map((transition, order) => ({ from, ...transition, order }));
}

function transitionsOf(state: StateDefinition): Transition[] {
  if (state.Type === 'Choice') {
    const choices = state.Choices.map(
      (rule): Transition => ({
        to: rule.Next,
        kind: 'choice',
        label: describeRule(rule),
      }),
    );
    if (state.Default === undefined) return choices;
    return [...choices, { to: state.Default, kind: 'default', label: 'otherwise' }];
  }
  if (!('Next' in state) || state.Next === undefined) return [];
  return [{ to: state.Next, kind: 'next', label: '' }];
}

function catchesOf(state: StateDefinition): Transition[] {
  const catchers = 'Catch' in state ? (state.Catch ?? []) : [];
  return catchers.map(({ Next, ErrorEquals }) => ({
    to: Next,
    kind: 'catch',
    label: ErrorEquals.join(', ').slice(0, 200),
  }));
}
