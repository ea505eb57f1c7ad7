/** The invariant checks: each rule is broken once, to prove that its check can fail. */
import { describe, expect, it } from 'vitest';
import type { HistoryEvent } from '../../lib/engine/history-event.ts';
import { checkEffects, checkHistory, checkInvariants } from '../../lib/engine/invariants.ts';
import type { Branch, Snapshot } from '../../lib/engine/snapshot.ts';
import { Run, run, single } from '../support/run-machine.ts';

const running = (): Snapshot =>
  new Run(single({ Type: 'Task', Resource: 'work' })).apply({ type: 'started' }).snapshot;
const requireRoot = ({ root }: Snapshot): Branch => {
  if (root === null || !('doing' in root)) throw new Error('expected a branch that is running');
  return root;
};

describe('checkInvariants', () => {
  it('a valid snapshot breaks no rule', () => {
    expect(checkInvariants(running())).toEqual([]);
    expect(checkInvariants(run(single({ Type: 'Pass' })).snapshot)).toEqual([]);
  });

  it.each<[string, (snapshot: Snapshot) => Partial<Snapshot>]>([
    ['a pending execution has not started', () => ({ status: 'PENDING' })],
    ['an ended execution has no deadline', () => ({ status: 'SUCCEEDED', deadline: 1 })],
    ['an execution has an outcome exactly when it ended unsuccessfully', () => ({ outcome: {} })],
    ['an execution succeeded exactly when its root is done', () => ({ status: 'SUCCEEDED' })],
    [
      'a running execution waits for something',
      (snapshot) => ({ root: { ...requireRoot(snapshot), failure: {} } }),
    ],
    ['a branch refers to an event that does not exist', () => ({ lastEventId: 1 })],
    [
      "'S' was entered after its branch's newest event",
      (snapshot) => ({ root: { ...requireRoot(snapshot), lastId: 1 } }),
    ],
    [
      'no two open commands have the same name',
      (snapshot) => {
        const root = requireRoot(snapshot);
        return { root: { ...root, doing: { kind: 'parallel', branches: [root, root] } } };
      },
    ],
    [
      "'S' keeps running after one of its branches failed",
      (snapshot) => {
        const root = requireRoot(snapshot);
        const branches = [root, { ...root, failure: {} }];
        return { root: { ...root, doing: { kind: 'parallel', branches } } };
      },
    ],
    [
      "the Map 'S' has more iterations than items",
      (snapshot) => {
        const root = requireRoot(snapshot);
        return { root: { ...root, doing: { kind: 'map', length: 0, iterations: [root] } } };
      },
    ],
  ])('checkInvariants reports a broken rule: %s', (rule, broken) => {
    const snapshot = running();

    expect(checkInvariants({ ...snapshot, ...broken(snapshot) })).toContain(rule);
  });
});

describe('checkHistory', () => {
  const { history } = run(single({ Type: 'Pass' }));
  const changed = (index: number, change: Partial<HistoryEvent>): HistoryEvent[] =>
    history.map((event, at) => (at === index ? { ...event, ...change } : event));

  it('a valid history breaks no rule', () => {
    expect(checkHistory(history)).toEqual([]);
  });

  it('checkHistory reports a gap, an event before its cause, a step back in time and a second end', () => {
    expect(checkHistory(history.toSpliced(1, 1))).toContain('event 2 has the id 3');
    expect(checkHistory(changed(2, { previousEventId: 3 }))).toHaveLength(1);
    expect(checkHistory(changed(2, { timestamp: 0 }))).toHaveLength(1);
    expect(checkHistory(changed(2, { type: 'ExecutionFailed' }))).toContain(
      'event 4, ExecutionSucceeded, comes after an end',
    );
    expect(checkHistory(changed(0, { type: 'PassStateEntered' }))).toContain(
      'event 1 is PassStateEntered',
    );
  });
});

describe('checkEffects', () => {
  it('checkEffects reports a command that is sent twice, and one that is cancelled unsent', () => {
    const { effects } = new Run(single({ Type: 'Task', Resource: 'work' })).apply({
      type: 'started',
    });

    expect(checkEffects([...effects, { type: 'cancel', command: '2:0' }])).toEqual([]);
    expect(checkEffects([...effects, ...effects])).toEqual(['the command 2:0 is sent twice']);
    expect(checkEffects([{ type: 'cancel', command: '2:0' }])).toEqual([
      'the command 2:0 is cancelled and was never sent',
    ]);
  });
});
