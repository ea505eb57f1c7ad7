/**
 * The children of a distributed Map: the machine that they run, and the input of each. Pure, and
 * needs only the parent's definition and its {@link MapRunScope}.
 */
import { Budget } from '../../asl/budget.ts';
import type {
  MachineDefinition,
  MapState,
  QueryLanguageName,
  StateGraph,
} from '../../asl/definition.ts';
import type { Evaluation, RandomAndTime } from '../../asl/evaluation.ts';
import { isObject, type Json, type JsonObject } from '../../asl/json/json.ts';
import { builtCharsMax, measureLength } from '../../asl/json/json-length.ts';
import { StateError } from '../../asl/state-error.ts';
import { assert } from '../../errors.ts';
import type { FailureDetails } from '../history-event.ts';
import { findLanguage } from '../language/find-language.ts';
import { findProcessor, isDistributed } from '../states/distributed-map.ts';
import { toFailureDetails } from '../step.ts';
import type { MapRunScope } from './map-run-spec.ts';

/** An item and its position in the whole run, from 0. */
export interface RunItem {
  readonly index: number;
  readonly value: Json;
  /** Whether the value is the pair `{ Key, Value }` of a member of an object. */
  readonly isMember?: true;
}

/** The input of a child for an item, or why its `ItemSelector` failed. */
export type ItemInput = { readonly input: Json } | { readonly failure: FailureDetails };

/**
 * Computes the input of a child, or its part of a batch, from an item. Each item may do the work of
 * one state; `budget` adds up that of all.
 */
export type ShapeItem = (
  scope: MapRunScope,
  item: RunItem,
  randomAndTime: RandomAndTime,
  budget?: Budget,
) => ItemInput;

/**
 * Returns the machine that the children of the distributed Map `stateName` run; undefined when
 * `definition` has no such Map.
 */
export function findChildDefinition(
  definition: MachineDefinition,
  stateName: string,
): MachineDefinition | undefined {
  const state = findMap(definition, stateName);
  const processor = state === undefined ? undefined : findProcessor(state);
  if (processor === undefined) return undefined;
  const { ProcessorConfig: _, ...graph } = processor;
  const { QueryLanguage } = definition;
  return QueryLanguage === undefined ? graph : { ...graph, QueryLanguage };
}

/** Compiles the `ItemSelector` of the distributed Map `stateName`, which must exist. */
export function compileItemSelector(definition: MachineDefinition, stateName: string): ShapeItem {
  const state = findMap(definition, stateName);
  assert(state !== undefined, `the definition has the distributed Map '${stateName}'`);
  const machineLanguage: QueryLanguageName = definition.QueryLanguage ?? 'JSONPath';
  const select = findLanguage(state.QueryLanguage ?? machineLanguage).compileItemInput(state);
  if (select === null) return (_, { value }) => ({ input: value });
  return (scope, item, randomAndTime, budget = new Budget()) => {
    budget.renew();
    try {
      const input = select({ ...createEvaluation(scope, item, randomAndTime), budget });
      budget.add(measureLength(input, builtCharsMax) / charactersPerUnit);
      return { input };
    } catch (thrown) {
      if (!(thrown instanceof StateError)) throw thrown;
      return { failure: toFailureDetails(thrown.error, thrown.causeText) };
    }
  };
}

/** Characters of an input that are written in one unit of work. */
const charactersPerUnit = 5;

function createEvaluation(
  scope: MapRunScope,
  item: RunItem,
  { random, now }: RandomAndTime,
): Omit<Evaluation, 'budget'> {
  const { input, variables } = scope;
  return {
    input,
    context: (): JsonObject => ({
      ...scope.context,
      Map: { Item: toContextItem(item) },
    }),
    variable: (name) => (Object.hasOwn(variables, name) ? variables[name] : undefined),
    random,
    now,
  };
}

/** Returns `$$.Map.Item`; a member of an object has its key there. */
function toContextItem({ index, value, isMember }: RunItem): JsonObject {
  if (isMember !== true || !isObject(value)) return { Index: index, Value: value };
  return { Index: index, ...value };
}

/** Finds a distributed Map by name; names are unique in a machine. */
function findMap(graph: StateGraph, stateName: string): MapState | undefined {
  for (const [name, state] of Object.entries(graph.States)) {
    if (state.Type === 'Map' && name === stateName && isDistributed(state)) return state;
    for (const inner of listInnerGraphs(state)) {
      const found = findMap(inner, stateName);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

/** Lists the graphs inside a state, except a distributed processor, which is another machine. */
function listInnerGraphs(state: StateGraph['States'][string]): readonly StateGraph[] {
  if (state.Type === 'Parallel') return state.Branches;
  if (state.Type !== 'Map' || isDistributed(state)) return [];
  const processor = findProcessor(state);
  return processor === undefined ? [] : [processor];
}
