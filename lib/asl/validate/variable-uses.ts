/**
 * Where variables are read and set, gathered while states are checked: a tree of scopes, as
 * branches of Parallel and processors of Map stand in each other.
 */
import type { JsonObject } from '../json/json.ts';

/** A variable's name and where it is read or set: a JSON pointer. */
export interface VariableUse {
  readonly name: string;
  readonly location: string;
}

/** What one state does with variables. */
export interface StateUses {
  readonly references: VariableUse[];
  readonly assignments: VariableUse[];
  /** The scopes inside of it. */
  readonly inner: ScopeUses[];
}

/** What the states of one graph do with variables. */
export class ScopeUses {
  readonly graph: JsonObject;
  /** Whether it sees nothing of the scopes around it: the processor of a distributed Map. */
  readonly isIsolated: boolean;
  /** How many states it stands in. */
  readonly depth: number;
  readonly states = new Map<string, StateUses>();

  constructor(graph: JsonObject, isIsolated: boolean, depth: number) {
    this.graph = graph;
    this.isIsolated = isIsolated;
    this.depth = depth;
  }

  /** Where the state `name` gathers its uses. */
  stateUses(name: string): StateUses {
    const uses: StateUses = { references: [], assignments: [], inner: [] };
    this.states.set(name, uses);
    return uses;
  }
}
