/**
 * Every `Resource` of a definition and where it stands, so that a batch can be refused before its
 * first item fails.
 */
import type { StateGraph, TaskState } from './definition.ts';
import type { Json } from './json.ts';

/** One Task state's resource. */
export interface TaskResource {
  readonly resource: string;
  /** JSON pointer of the `Resource` field. */
  readonly location: string;
  /** `Parameters` or `Arguments`, as written; absent when there are none. */
  readonly parameters?: Json;
}

/** The resources of all Task states, those in branches and item processors included. */
export function taskResources(graph: StateGraph, location = ''): TaskResource[] {
  return Object.entries(graph.States).flatMap(([name, state]) => {
    const here = `${location}/States/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    switch (state.Type) {
      case 'Task':
        return [taskOf(state, `${here}/Resource`)];
      case 'Parallel':
        return state.Branches.flatMap((branch, index) =>
          taskResources(branch, `${here}/Branches/${index}`),
        );
      case 'Map': {
        const [field, processor] =
          state.ItemProcessor === undefined
            ? (['Iterator', state.Iterator] as const)
            : (['ItemProcessor', state.ItemProcessor] as const);
        return processor === undefined ? [] : taskResources(processor, `${here}/${field}`);
      }
      default:
        return [];
    }
  });
}

function taskOf({ Resource, Parameters, Arguments }: TaskState, location: string): TaskResource {
  const parameters = Arguments ?? Parameters;
  return { resource: Resource, location, ...(parameters !== undefined && { parameters }) };
}
