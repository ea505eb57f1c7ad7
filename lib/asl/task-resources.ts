/**
 * Every `Resource` of a definition and where it stands, so that a batch can be refused before its
 * first item fails.
 */
import type { StateGraph, TaskState } from './definition.ts';
import type { Json } from './json/json.ts';
import { walkStates } from './walk-states.ts';

/** One Task state's resource. */
export interface TaskResource {
  readonly resource: string;
  /** JSON pointer of the `Resource` field. */
  readonly location: string;
  /** `Parameters` or `Arguments`, as written; absent when there are none. */
  readonly parameters?: Json;
}

/** The resources of all Task states, those in branches and item processors included. */
export function taskResources(graph: StateGraph): TaskResource[] {
  return walkStates(graph).flatMap(({ state, location }) =>
    state.Type === 'Task' ? [taskOf(state, `${location}/Resource`)] : [],
  );
}

function taskOf({ Resource, Parameters, Arguments }: TaskState, location: string): TaskResource {
  const parameters = Arguments ?? Parameters;
  return { resource: Resource, location, ...(parameters !== undefined && { parameters }) };
}
