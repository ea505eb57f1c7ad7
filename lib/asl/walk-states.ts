import type { StateDefinition, StateGraph } from './definition.ts';
import { childPointer } from './json/json-pointer.ts';

/** A state and its location. */
export interface LocatedState {
  readonly name: string;
  readonly state: StateDefinition;
  /** JSON pointer to the state. */
  readonly location: string;
}

/** Returns all states of `graph`, each followed by the states nested inside of it. */
export function walkStates(graph: StateGraph, location = ''): LocatedState[] {
  return Object.entries(graph.States).flatMap(([name, state]) => {
    const here = childPointer(location, 'States', name);
    return [{ name, state, location: here }, ...childStates(state, here)];
  });
}

function childStates(state: StateDefinition, here: string): LocatedState[] {
  switch (state.Type) {
    case 'Parallel':
      return state.Branches.flatMap((branch, index) =>
        walkStates(branch, `${here}/Branches/${index}`),
      );
    case 'Map': {
      const { ItemProcessor, Iterator } = state;
      if (ItemProcessor !== undefined) return walkStates(ItemProcessor, `${here}/ItemProcessor`);
      return Iterator === undefined ? [] : walkStates(Iterator, `${here}/Iterator`);
    }
    default:
      return [];
  }
}
