/**
 * A definition as a test looks at it: the children of a distributed Map run nowhere in a test, and
 * AWS shows such a Map, and the states inside of it, as it shows an inline one.
 */
import type { ItemProcessor, MapState, StateDefinition, StateGraph } from '../asl/definition.ts';

/** The same graph with every Map inline. */
export function withInlineMaps<Graph extends StateGraph>(graph: Graph): Graph {
  const states = Object.entries(graph.States).map(([name, state]) => [name, inlined(state)]);
  return { ...graph, States: Object.fromEntries(states) };
}

function inlined(state: StateDefinition): StateDefinition {
  if (state.Type === 'Parallel') {
    return { ...state, Branches: state.Branches.map((branch) => withInlineMaps(branch)) };
  }
  return state.Type === 'Map' ? inlinedMap(state) : state;
}

function inlinedMap(state: MapState): MapState {
  const { ItemProcessor, Iterator } = state;
  if (ItemProcessor !== undefined) return { ...state, ItemProcessor: plain(ItemProcessor) };
  return Iterator === undefined ? state : { ...state, Iterator: plain(Iterator) };
}

function plain({ ProcessorConfig: _, ...processor }: ItemProcessor): ItemProcessor {
  return withInlineMaps(processor);
}
