/** Where a state is in its machine. */
import { expect, it } from 'vitest';
import { topStateOf } from '../../../dashboard/src/graph/find-states.ts';
import { rootScope } from '../../../lib/graph/machine-graph.ts';

it('a state inside of others belongs to the outermost of them', () => {
  const state = (name: string, scope: string) => ({
    name,
    type: 'Pass',
    scope,
    resource: null,
    comment: null,
    isEnd: false,
    distributed: false,
    retriers: 0,
    catchers: 0,
  });
  const graph = {
    startAt: 'Fork',
    states: [state('Fork', rootScope), state('Lines', 'Fork.0'), state('Price', 'Lines.0')],
    scopes: [
      { id: rootScope, owner: null, kind: 'root', index: 0, startAt: 'Fork' },
      { id: 'Fork.0', owner: 'Fork', kind: 'branch', index: 0, startAt: 'Lines' },
      { id: 'Lines.0', owner: 'Lines', kind: 'map', index: 0, startAt: 'Price' },
    ] as const,
    edges: [],
  };

  expect(['Fork', 'Lines', 'Price'].map((name) => topStateOf(graph, name))).toEqual([
    'Fork',
    'Fork',
    'Fork',
  ]);
});
