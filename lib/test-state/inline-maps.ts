/** Converts distributed Maps to inline ones for tests, which run no child executions. */
import type { ItemProcessor, MapState, StateDefinition, StateGraph } from '../asl/definition.ts';

/** Returns the graph with every Map inline: AWS's TestState reports both kinds alike. */
export function withInlineMaps<Graph extends StateGraph>(graph: Graph): Graph {
  const states = Object.entries(graph.States).map(([name, state]) => [name, toInlineState(state)]);
  return { ...graph, States: Object.fromEntries(states) };
}

function toInlineState(state: StateDefinition): StateDefinition {
  if (state.Type === 'Parallel') {
    return { ...state, Branches: state.Branches.map((branch) => withInlineMaps(branch)) };
  }
  return state.Type === 'Map' ? toInlineMap(state) : state;
}

function toInlineMap(state: MapState): MapState {
  const { ItemProcessor, Iterator } = state;
  if (ItemProcessor !== undefined) return { ...state, ItemProcessor: withoutConfig(ItemProcessor) };
  return Iterator === undefined ? state : { ...state, Iterator: withoutConfig(Iterator) };
}

function withoutConfig({ ProcessorConfig: _, ...processor }: ItemProcessor): ItemProcessor {
  return withInlineMaps(processor);
}
