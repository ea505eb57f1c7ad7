/** Every state of a definition, those inside of Parallel and Map states included, and its place. */
import type { StateDefinition, StateGraph } from './definition.ts';

/** One state and where it stands. */
export interface PlacedState {
  readonly state: StateDefinition;
  /** JSON pointer of the state. */
  readonly location: string;
}

/** The states of `graph`, each before those inside of it. */
export function walkStates(graph: StateGraph, location = ''): PlacedState[] {
  return Object.entries(graph.States).flatMap(([name, state]) => {
    const here = `${location}/States/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    return [{ state, location: here }, ...statesInside(state, here)];
  });
}

function statesInside(state: StateDefinition, here: string): PlacedState[] {
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
