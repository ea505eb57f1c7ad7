/** What steps add to the figures of states: sums telescope, whoever runs which step. */
import { describe, expect, it } from 'vitest';
import { parseDefinition } from '../../../lib/asl/parse.ts';
import { compileMachine } from '../../../lib/engine/compile-machine.ts';
import { dueAt } from '../../../lib/engine/due-at.ts';
import type { EngineEvent, UntimedEvent } from '../../../lib/engine/event.ts';
import {
  countFailure,
  countStep,
  mergeCounts,
  type StateCount,
  type StateCounts,
} from '../../../lib/engine/figures/state-counts.ts';
import type { HistoryEvent } from '../../../lib/engine/history-event.ts';
import { findOpenCommands } from '../../../lib/engine/open-commands.ts';
import {
  type Branch,
  type Done,
  decodeSnapshot,
  encodeSnapshot,
  isDone,
  listChildren,
  newSnapshot,
  type Snapshot,
} from '../../../lib/engine/snapshot.ts';
import { transition } from '../../../lib/engine/transition.ts';
import { arbitraryDefinition, itemsInput } from '../../support/arbitrary-machine.ts';
import fc from '../../support/properties.ts';
import {
  createSeed,
  noAnswer,
  Run,
  type RunOptions,
  startOfRun,
  TaskFailure,
  testIdentity,
} from '../../support/run-machine.ts';

const machines = arbitraryDefinition.map((definition) =>
  compileMachine(parseDefinition(JSON.stringify(definition))),
);
const moves = fc.array(fc.nat(999), { maxLength: 60 });

/** Counts the executions in each state by reading the whole snapshot. */
function countCurrent(snapshot: Snapshot): Record<string, number> {
  const counts: Record<string, number> = {};
  const visit = (branch: Branch | Done | null) => {
    if (branch === null || isDone(branch)) return;
    counts[branch.state] = (counts[branch.state] ?? 0) + 1;
    for (const child of listChildren(branch) ?? []) visit(child);
  };
  if (snapshot.status === 'RUNNING') visit(snapshot.root);
  return counts;
}

function valuesOf(
  counts: StateCounts,
  name: Exclude<keyof StateCount, 'state'>,
): Record<string, number> {
  const values = counts.map((count) => [count.state, count[name]] as const);
  return Object.fromEntries(values.filter(([, value]) => value !== 0));
}

function countIn(counts: StateCounts, state: string): StateCount | undefined {
  return counts.find((count) => count.state === state);
}

function countEntries(history: readonly HistoryEvent[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { stateEnteredEventDetails } of history) {
    const name = stateEnteredEventDetails?.name;
    if (name !== undefined) counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

describe('any execution', () => {
  it('the sum of all steps is where the execution is now, also when workers change', () => {
    fc.assert(
      fc.property(machines, moves, (machine, choices) => {
        const identity = testIdentity(itemsInput);
        const counts: StateCounts = [];
        const history: HistoryEvent[] = [];
        let snapshot = newSnapshot();
        let now = startOfRun;
        const apply = (event: UntimedEvent) => {
          // A worker that takes the execution over shares no branch with the one before.
          const before = now % 2 === 0 ? snapshot : decodeSnapshot(encodeSnapshot(snapshot));
          const stamped: EngineEvent = { ...event, at: now, seed: createSeed(history.length) };
          const result = transition(machine, identity, before, stamped);
          mergeCounts(counts, countStep(before, result));
          history.push(...result.history);
          snapshot = result.snapshot;
          expect(valuesOf(counts, 'current')).toEqual(countCurrent(snapshot));
          expect(valuesOf(counts, 'entered')).toEqual(countEntries(history));
        };

        apply({ type: 'started' });
        for (const choice of choices) {
          const open = findOpenCommands(machine, identity, snapshot);
          const command = open[choice % Math.max(open.length, 1)]?.command ?? '2:7';
          now = Math.max(now + (choice % 3), choice % 7 === 0 ? (dueAt(snapshot) ?? now) : now);
          apply(toEvent(Math.floor(choice / 8) % 10, command));
        }
        apply({ type: 'aborted' });

        expect(valuesOf(counts, 'current')).toEqual({});
      }),
      { numRuns: 200 },
    );
  });
});

function toEvent(kind: number, command: string): UntimedEvent {
  if (kind < 4) return { type: 'commandSucceeded', command, result: { from: command } };
  if (kind < 6) return { type: 'commandFailed', command, error: 'Odd', cause: '' };
  if (kind === 6) return { type: 'redriven' };
  return command.endsWith('1') && kind === 7 ? { type: 'aborted' } : { type: 'timersDue' };
}

const task = (more: object) => ({ Type: 'Task', Resource: 'work', ...more });
const broken = () => {
  throw new TaskFailure('Broken');
};

/** Runs a definition to its end, or to a standstill; returns it with its counts. */
function countRun(definition: object, options: RunOptions) {
  const counts: StateCounts = [];
  const run = new Run(definition, options);
  const events: EngineEvent[] = run.finish().events;
  let snapshot = newSnapshot();
  for (const event of events) {
    const result = transition(run.machine, run.identity, snapshot, event);
    mergeCounts(counts, countStep(snapshot, result));
    snapshot = result.snapshot;
  }
  return { counts, snapshot };
}

describe('retries, catchers and failures', () => {
  it('each retry and each caught failure counts in its state', () => {
    const Retry = [{ ErrorEquals: ['States.ALL'], MaxAttempts: 2 }];
    const Catch = [{ ErrorEquals: ['States.ALL'], Next: 'Rescue' }];
    const definition = {
      StartAt: 'Work',
      States: { Work: task({ Retry, Catch, End: true }), Rescue: { Type: 'Succeed' } },
    };

    const { counts } = countRun(definition, { handlers: { work: broken } });

    expect(countIn(counts, 'Work')).toMatchObject({ entered: 1, failed: 0, caught: 1, retried: 2 });
    expect(countIn(counts, 'Rescue')).toMatchObject({ entered: 1, current: 0, caught: 0 });
  });

  it('a failure after the work has succeeded counts as caught, too', () => {
    const Catch = [{ ErrorEquals: ['States.ALL'], Next: 'Rescue' }];
    const definition = {
      StartAt: 'Work',
      States: {
        Work: task({ ResultPath: '$.n.x', Catch, End: true }),
        Rescue: { Type: 'Succeed' },
      },
    };

    const { counts } = countRun(definition, { input: { n: 1 }, handlers: { work: () => 2 } });

    expect(countIn(counts, 'Work')).toMatchObject({ entered: 1, caught: 1 });
  });

  it('an end without success counts in the states around it, and names the innermost', () => {
    const ItemProcessor = { StartAt: 'Price', States: { Price: task({ End: true }) } };
    const definition = {
      StartAt: 'Lines',
      States: { Lines: { Type: 'Map', ItemsPath: '$.items', ItemProcessor, End: true } },
    };
    const input = { items: [1, 2, 3] };

    const { counts, snapshot } = countRun(definition, { input, handlers: { work: broken } });

    expect(countFailure(counts, snapshot)).toBe('Price');
    expect(valuesOf(counts, 'failed')).toEqual({ Lines: 1, Price: 1 });
  });

  it('an abort counts in the state of the root, or in none before the first', () => {
    const definition = { StartAt: 'Work', States: { Work: task({ End: true }) } };
    const run = new Run(definition, { handlers: { work: () => noAnswer } }).finish();
    const counts: StateCounts = [];

    run.apply({ type: 'aborted' });

    expect(countFailure(counts, run.snapshot)).toBe('Work');
    expect(countFailure(counts, newSnapshot())).toBe('');
    expect(valuesOf(counts, 'failed')).toEqual({ Work: 1, '': 1 });
  });

  it('iterations that run count in the states that they are in', () => {
    const ItemProcessor = { StartAt: 'Price', States: { Price: task({ End: true }) } };
    const definition = {
      StartAt: 'Lines',
      States: {
        Lines: { Type: 'Map', ItemsPath: '$.items', MaxConcurrency: 2, ItemProcessor, End: true },
      },
    };
    const { counts } = countRun(definition, {
      input: { items: [1, 2, 3] },
      handlers: { work: () => noAnswer },
    });

    expect(valuesOf(counts, 'current')).toEqual({ Lines: 1, Price: 2 });
  });
});

describe('marks of visits', () => {
  it('an exit is marked with the time since the entry', () => {
    const definition = {
      StartAt: 'Wait',
      States: { Wait: { Type: 'Wait', Seconds: 5, Next: 'Done' }, Done: { Type: 'Succeed' } },
    };
    const run = new Run(definition, {}).finish();
    let snapshot = newSnapshot();

    const marks = run.events.flatMap((event) => {
      const result = transition(run.machine, run.identity, snapshot, event);
      snapshot = result.snapshot;
      return result.marks;
    });

    expect(marks).toEqual([
      { kind: 'exited', state: 'Wait', ms: 5_000 },
      { kind: 'exited', state: 'Done', ms: 0 },
    ]);
  });
});
