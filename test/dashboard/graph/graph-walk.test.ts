/** Walks through a graph with the arrow keys. */
import { expect, it } from 'vitest';
import { findStateName } from '../../../dashboard/src/graph/find-states.ts';
import { walkGraph, walkStepOf } from '../../../dashboard/src/graph/graph-walk.ts';
import type { StateGraph } from '../../../lib/asl/definition.ts';
import { layoutGraph } from '../../../lib/graph/layout.ts';
import { createMachineGraph } from '../../../lib/graph/machine-graph.ts';

const branch = (name: string): StateGraph => ({
  StartAt: name,
  States: { [name]: { Type: 'Succeed' } },
});

const graph = createMachineGraph({
  StartAt: 'Load',
  States: {
    Load: { Type: 'Task', Resource: 'load', Next: 'Paid?' },
    'Paid?': {
      Type: 'Choice',
      Choices: [
        { Variable: '$.paid', BooleanEquals: true, Next: 'Both' },
        { Variable: '$.late', BooleanEquals: true, Next: 'Remind' },
      ],
      Default: 'Load',
    },
    Both: { Type: 'Parallel', Branches: [branch('Pack'), branch('Mail')], End: true },
    Remind: { Type: 'Pass', End: true },
  },
});
const picture = layoutGraph(graph);
const walk = (from: string, ...steps: Parameters<typeof walkGraph>[3][]) =>
  steps.reduce<string | undefined>(
    (name, step) => (name === undefined ? undefined : walkGraph(graph, picture, name, step)),
    from,
  );

it('the arrow keys lead along the edges, and a loop does not lead back', () => {
  expect(walk('Load', 'down')).toBe('Paid?');
  expect(walk('Paid?', 'up')).toBe('Load');
  expect(walk('Load', 'up')).toBe('Paid?');
  expect(['Both', 'Remind']).toContain(walk('Paid?', 'down'));
});

it('the arrow keys to the sides lead to the neighbours in the row', () => {
  expect(walk('Both', 'right')).toBe('Remind');
  expect(walk('Remind', 'left')).toBe('Both');
  expect(walk('Remind', 'right')).toBeUndefined();
});

it('a Parallel is entered and left, and its branches are neighbours', () => {
  expect(walk('Both', 'in')).toBe('Pack');
  expect(walk('Pack', 'right')).toBe('Mail');
  expect(walk('Mail', 'out')).toBe('Both');
  expect(walk('Load', 'in')).toBeUndefined();
});

it('a folded Parallel cannot be entered', () => {
  const folded = layoutGraph(graph, { folded: new Set(['Both']) });

  expect(walkGraph(graph, folded, 'Both', 'in')).toBeUndefined();
  expect(walkGraph(graph, folded, 'Pack', 'out')).toBeUndefined();
});

it('the keys of a walk are the arrows, alone and with Shift, Home and End', () => {
  const keys = ['ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight', 'Home', 'End', 'a'];

  expect(keys.map((key) => walkStepOf(key, false))).toEqual([
    'up',
    'down',
    'left',
    'right',
    'first',
    'last',
    undefined,
  ]);
  expect(['ArrowUp', 'ArrowDown', 'a'].map((key) => walkStepOf(key, true))).toEqual([
    'out',
    'in',
    undefined,
  ]);
});

it('a state is found by its name, its beginning, or a part of it', () => {
  const names = ['Load order', 'Reload', 'Load'];

  expect(findStateName(names, 'load')).toBe('Load');
  expect(findStateName(names, 'load o')).toBe('Load order');
  expect(findStateName(names, ' rel ')).toBe('Reload');
  expect(findStateName(names, 'order')).toBe('Load order');
  expect([findStateName(names, 'none'), findStateName(names, ' ')]).toEqual([undefined, undefined]);
});
