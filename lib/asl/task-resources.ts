/**
 * Every `Resource` of a definition and where it stands, so that a batch can be refused before its
 * first item fails.
 */
import type { StateGraph } from './definition.ts';

/** One Task state's resource. */
export interface TaskResource {
  readonly resource: string;
  /** JSON pointer of the `Resource` field. */
  readonly location: string;
}

/** The resources of all Task states, those in branches and item processors included. */
export function taskResources(graph: StateGraph, location = ''): TaskResource[] {
  return Object.entries(graph.States).flatMap(([name, state]) => {
    const here = `${location}/States/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    switch (state.Type) {
      case 'Task':
        return [{ resource: state.Resource, location: `${here}/Resource` }];
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
