/** Whether an execution can continue under another version of its machine. */
import { describe, expect, it } from 'vitest';
import { parseDefinition } from '../../../lib/asl/parse.ts';
import { compileMachine } from '../../../lib/engine/compile-machine.ts';
import type { Branch, Doing } from '../../../lib/engine/snapshot.ts';
import { findRedriveProblem } from '../../../lib/engine/states/redrive-problem.ts';

function branch(state: string, doing: Doing = { kind: 'retry', at: 0 }): Branch {
  return {
    state,
    input: null,
    enteredId: 1,
    enteredAt: 0,
    lastId: 1,
    attempt: 0,
    retries: [],
    doing,
    failure: { error: 'E' },
  };
}

const graph = (...names: readonly string[]) => ({
  StartAt: names[0] ?? '',
  States: Object.fromEntries(
    names.map((name) => [name, { Type: 'Task', Resource: name.toLowerCase(), End: true }]),
  ),
});

const definition = {
  StartAt: 'Start',
  States: {
    Start: { Type: 'Pass', Next: 'Both' },
    Both: { Type: 'Parallel', Branches: [graph('A'), graph('B')], Next: 'Each' },
    Each: { Type: 'Map', ItemProcessor: graph('C'), End: true },
  },
};
const machine = compileMachine(parseDefinition(JSON.stringify(definition)));

const done = { output: 1, lastId: 1 };
const both = (...branches: readonly (Branch | typeof done)[]) =>
  branch('Both', { kind: 'parallel', branches });

describe('an execution under another definition', () => {
  it.each([
    ['one that has not begun', null],
    ['a state that exists', branch('Start')],
    ['branches that exist', both(done, branch('B'))],
    [
      'an iteration whose state exists',
      branch('Each', { kind: 'map', length: 2, iterations: [branch('C'), done] }),
    ],
  ])('%s can continue', (_, root) => {
    expect(findRedriveProblem(machine, { root })).toBe(null);
  });

  it.each([
    [branch('Gone'), "it is to continue in the state 'Gone', which no longer exists"],
    [
      both(branch('A'), branch('Old')),
      "it is to continue in the state 'Old' in 'Both', which no longer exists",
    ],
    [both(branch('A')), "the Parallel state 'Both' had 1 branches, and has 2 now"],
    [
      branch('Each', { kind: 'parallel', branches: [] }),
      "the state 'Each' was a Parallel state, and is a Map state now",
    ],
    [
      branch('Both', { kind: 'map', length: 1, iterations: [] }),
      "the state 'Both' was a Map state, and is a Parallel state now",
    ],
    [
      branch('Each', { kind: 'mapRun' }),
      "the state 'Each' was a distributed Map state, and is a Map state now",
    ],
  ])('an execution that does not fit is refused in words %#', (root, problem) => {
    expect(findRedriveProblem(machine, { root })).toBe(problem);
  });

  it('an execution whose machine became EXPRESS cannot continue', () => {
    const express = { ...machine, type: 'EXPRESS' as const };

    expect(findRedriveProblem(express, { root: branch('Start') })).toContain('EXPRESS now');
  });
});
