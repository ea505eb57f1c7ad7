/** Graphs of machines. */
import { describe, expect, it } from 'vitest';
import type { StateGraph } from '../../lib/asl/definition.ts';
import { createMachineGraph } from '../../lib/graph/machine-graph.ts';
import { arbitraryDefinition } from '../support/arbitrary-machine.ts';
import fc from '../support/properties.ts';
import { arbitraryGraph } from './arbitrary-graph.ts';
import { shuffled } from './shuffled.ts';

const orders: StateGraph = {
  StartAt: 'Load',
  States: {
    Cleanup: { Type: 'Pass', Next: 'Sorry' },
    Sorry: { Type: 'Fail' },
    Load: {
      Type: 'Task',
      Comment: 'Reads the order.',
      Resource: 'load-order',
      Retry: [{ ErrorEquals: ['States.ALL'] }],
      Catch: [{ ErrorEquals: ['Gone', 'Broken'], Next: 'Cleanup' }],
      Next: 'Lines',
    },
    Lines: {
      Type: 'Map',
      ItemProcessor: {
        ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
        StartAt: 'Price',
        States: { Price: { Type: 'Task', Resource: 'price', End: true } },
      },
      Next: 'Total?',
    },
    'Total?': {
      Type: 'Choice',
      Choices: [{ Variable: '$.total', NumericGreaterThan: 100, Next: 'Both' }],
      Default: 'Sorry',
    },
    Both: {
      Type: 'Parallel',
      Branches: [
        { StartAt: 'Mail', States: { Mail: { Type: 'Pass', End: true } } },
        { StartAt: 'Ship', States: { Ship: { Type: 'Pass', End: true } } },
      ],
      End: true,
    },
  },
};

describe('the graph of a machine', () => {
  it('a machine has a scope for itself, each branch of a Parallel and the processor of a Map', () => {
    const { startAt, scopes } = createMachineGraph(orders);

    expect(startAt).toBe('Load');
    expect(scopes).toEqual([
      { id: 'root', owner: null, kind: 'root', index: 0, startAt: 'Load' },
      { id: 'Lines.0', owner: 'Lines', kind: 'map', index: 0, startAt: 'Price' },
      { id: 'Both.0', owner: 'Both', kind: 'branch', index: 0, startAt: 'Mail' },
      { id: 'Both.1', owner: 'Both', kind: 'branch', index: 1, startAt: 'Ship' },
    ]);
  });

  it('states are in the order of a walk from the start, each scope before those inside of it', () => {
    const { states } = createMachineGraph(orders);

    expect(states.map(({ name, scope }) => `${scope}/${name}`)).toEqual([
      'root/Load',
      'root/Lines',
      'root/Cleanup',
      'root/Total?',
      'root/Sorry',
      'root/Both',
      'Lines.0/Price',
      'Both.0/Mail',
      'Both.1/Ship',
    ]);
  });

  it('a state says what it is, whether it ends its scope, and how it handles errors', () => {
    const { states } = createMachineGraph(orders);
    const byName = Object.fromEntries(states.map((state) => [state.name, state]));

    expect(byName.Load).toEqual({
      name: 'Load',
      type: 'Task',
      scope: 'root',
      resource: 'load-order',
      comment: 'Reads the order.',
      isEnd: false,
      distributed: false,
      retriers: 1,
      catchers: 1,
    });
    expect(byName.Lines).toMatchObject({ distributed: true, resource: null });
    expect(byName.Sorry).toMatchObject({ isEnd: true });
    expect(byName.Both).toMatchObject({ isEnd: true });
  });

  it('edges are transitions, rules with their conditions, defaults and catchers', () => {
    const { edges } = createMachineGraph(orders);

    expect(edges).toEqual([
      { from: 'Load', to: 'Lines', kind: 'next', label: '', order: 0 },
      { from: 'Load', to: 'Cleanup', kind: 'catch', label: 'Gone, Broken', order: 1 },
      { from: 'Lines', to: 'Total?', kind: 'next', label: '', order: 0 },
      { from: 'Cleanup', to: 'Sorry', kind: 'next', label: '', order: 0 },
      { from: 'Total?', to: 'Both', kind: 'choice', label: '$.total > 100', order: 0 },
      { from: 'Total?', to: 'Sorry', kind: 'default', label: 'otherwise', order: 1 },
    ]);
  });

  it('a graph is the same whatever the order of the states in the definition', () => {
    fc.assert(
      fc.property(fc.oneof(arbitraryGraph, arbitraryDefinition), fc.nat(), (definition, seed) => {
        const graph = createMachineGraph(definition as StateGraph);

        expect(createMachineGraph(shuffled(definition as StateGraph, seed))).toEqual(graph);
      }),
    );
  });

  it('every state is in one scope, and every edge stays in the scope of its state', () => {
    fc.assert(
      fc.property(arbitraryGraph, (definition) => {
        const { states, scopes, edges } = createMachineGraph(definition);
        const scopeOf = new Map(states.map(({ name, scope }) => [name, scope]));

        expect(scopeOf.size).toBe(states.length);
        expect(new Set(scopeOf.values())).toEqual(new Set(scopes.map(({ id }) => id)));
        for (const { from, to } of edges) expect(scopeOf.get(to)).toBe(scopeOf.get(from));
      }),
    );
  });
});
