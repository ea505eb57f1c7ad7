/** The resources of all Task states in a definition. */
import { describe, expect, it } from 'vitest';
import { findTaskResources } from '../../lib/asl/find-task-resources.ts';
import { parseDefinition } from '../../lib/asl/parse.ts';

const task = (resource: string) => ({ Type: 'Task', Resource: resource, End: true });
const graph = (name: string, state: object) => ({ StartAt: name, States: { [name]: state } });

describe('findTaskResources', () => {
  it('findTaskResources returns the Tasks of branches and item processors with their pointers', () => {
    const inner = { Type: 'Map', Iterator: graph('a/b', task('deep')), End: true };
    const outer = { Type: 'Map', ItemProcessor: graph('Each', task('item')), End: true };
    const branches = [graph('Left', task('left')), graph('Right', inner), graph('Map', outer)];
    const definition = { Type: 'Parallel', Branches: branches, End: true };

    const resources = findTaskResources(parseDefinition(JSON.stringify(graph('Both', definition))));

    expect(resources).toEqual([
      { resource: 'left', location: '/States/Both/Branches/0/States/Left/Resource' },
      {
        resource: 'deep',
        location: '/States/Both/Branches/1/States/Right/Iterator/States/a~1b/Resource',
      },
      {
        resource: 'item',
        location: '/States/Both/Branches/2/States/Map/ItemProcessor/States/Each/Resource',
      },
    ]);
  });

  it('a definition without Task states has no resources', () => {
    const definition = parseDefinition(JSON.stringify(graph('Done', { Type: 'Succeed' })));

    expect(findTaskResources(definition)).toEqual([]);
  });
});
