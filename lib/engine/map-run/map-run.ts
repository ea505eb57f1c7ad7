/**
 * The parts of a distributed Map that its children are made of: the machine that they run, and what
 * each is given for its item. Pure, and needs nothing of the parent but its definition and the
 * {@link MapRunScope} that it handed over.
 */
import type {
  MachineDefinition,
  MapState,
  QueryLanguageName,
  StateGraph,
} from '../../asl/definition.ts';
import type { Evaluation } from '../../asl/evaluation.ts';
import type { Json, JsonObject } from '../../asl/json/json.ts';
import { StateError } from '../../asl/state-error.ts';
import { assert } from '../../errors.ts';
import type { FailureDetails } from '../history-event.ts';
import { languageOf } from '../language/language-of.ts';
import { isDistributed, processorOf } from '../states/distributed-map.ts';
import { failureOf } from '../step.ts';
import type { MapRunScope } from './map-run-spec.ts';

/** Time and chance, as expressions may use them. */
export type Chance = Pick<Evaluation, 'random' | 'now'>;

/** An item and its place in the whole run, from 0. */
export interface RunItem {
  readonly index: number;
  readonly value: Json;
}

/** What a child is given for an item, or why `ItemSelector` gives nothing. */
export type ItemInput = { readonly input: Json } | { readonly failure: FailureDetails };

/** Makes the input of a child, or its part of a batch, of an item. */
export type ShapeItem = (scope: MapRunScope, item: RunItem, chance: Chance) => ItemInput;

/**
 * The machine that the children of the distributed Map `stateName` run; undefined when `definition`
 * has no such Map.
 */
export function childDefinition(
  definition: MachineDefinition,
  stateName: string,
): MachineDefinition | undefined {
  const state = findMap(definition, stateName);
  const processor = state === undefined ? undefined : processorOf(state);
  if (processor === undefined) return undefined;
  const { ProcessorConfig: _, ...graph } = processor;
  const { QueryLanguage } = definition;
  return QueryLanguage === undefined ? graph : { ...graph, QueryLanguage };
}

/** Compiles `ItemSelector` of the distributed Map `stateName`, which must be there. */
export function compileItemInput(definition: MachineDefinition, stateName: string): ShapeItem {
  const state = findMap(definition, stateName);
  assert(state !== undefined, `the definition has the distributed Map '${stateName}'`);
  const machineLanguage: QueryLanguageName = definition.QueryLanguage ?? 'JSONPath';
  const select = languageOf(state.QueryLanguage ?? machineLanguage).itemInput(state);
  if (select === null) return (_, { value }) => ({ input: value });
  return (scope, item, chance) => {
    try {
      return { input: select(evaluationOf(scope, item, chance)) };
    } catch (thrown) {
      if (!(thrown instanceof StateError)) throw thrown;
      return { failure: failureOf(thrown.error, thrown.causeText) };
    }
  };
}

function evaluationOf(scope: MapRunScope, { index, value }: RunItem, chance: Chance): Evaluation {
  const { input, variables } = scope;
  return {
    input,
    context: (): JsonObject => ({
      ...scope.context,
      Map: { Item: { Index: index, Value: value } },
    }),
    variable: (name) => (Object.hasOwn(variables, name) ? variables[name] : undefined),
    ...chance,
  };
}

/** State names are unique in a machine, so the first is the only one. */
function findMap(graph: StateGraph, stateName: string): MapState | undefined {
  for (const [name, state] of Object.entries(graph.States)) {
    if (state.Type === 'Map' && name === stateName && isDistributed(state)) return state;
    for (const inner of graphsIn(state)) {
      const found = findMap(inner, stateName);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

/** A distributed processor is another machine: what is in it is not of this one. */
function graphsIn(state: StateGraph['States'][string]): readonly StateGraph[] {
  if (state.Type === 'Parallel') return state.Branches;
  if (state.Type !== 'Map' || isDistributed(state)) return [];
  const processor = processorOf(state);
  return processor === undefined ? [] : [processor];
}
