/**
 * The uses of variables, collected while states are checked: a tree of scopes, like the nesting of
 * the branches of Parallel and the processors of Map.
 */
import type { JsonObject } from '../json/json.ts';

/** The name of a variable and the JSON pointer where it is read or assigned. */
export interface VariableUse {
  readonly name: string;
  readonly location: string;
}

/** The uses of variables by one state. */
export interface StateUses {
  readonly references: VariableUse[];
  readonly assignments: VariableUse[];
  /** The scopes inside of the state. */
  readonly inner: ScopeUses[];
}

/** The uses of variables by the states of one graph. */
export class ScopeUses {
  readonly graph: JsonObject;
  /**
   * Whether it cannot read variables of the enclosing scopes: the processor of a distributed Map.
   */
  readonly isIsolated: boolean;
  /** Number of enclosing states. */
  readonly depth: number;
  readonly states = new Map<string, StateUses>();

  constructor(graph: JsonObject, isIsolated: boolean, depth: number) {
    this.graph = graph;
    this.isIsolated = isIsolated;
    this.depth = depth;
  }

  /** Creates and returns the uses of the state `name`. */
  stateUses(name: string): StateUses {
    const uses: StateUses = { references: [], assignments: [], inner: [] };
    this.states.set(name, uses);
    return uses;
  }
}
