/**
 * Lists the resources that a definition calls, so that a batch whose resources are missing is
 * rejected before its first item fails.
 */
import type { StateGraph, TaskState } from './definition.ts';
import type { Json } from './json/json.ts';
import { walkStates } from './walk-states.ts';

/** The resource of one Task state. */
export interface ResourceReference {
  readonly resource: string;
  /** JSON pointer to the `Resource` field. */
  readonly location: string;
  /** `Parameters` or `Arguments`, unevaluated; absent when the state has neither. */
  readonly parameters?: Json;
}

/** Returns the resources of all Task states, including those in branches and item processors. */
export function findTaskResources(graph: StateGraph): ResourceReference[] {
  return walkStates(graph).flatMap(({ state, location }) =>
    state.Type === 'Task' ? [toReference(state, `${location}/Resource`)] : [],
  );
}

function toReference(
  { Resource, Parameters, Arguments }: TaskState,
  location: string,
): ResourceReference {
  const parameters = Arguments ?? Parameters;
  return { resource: Resource, location, ...(parameters !== undefined && { parameters }) };
}
