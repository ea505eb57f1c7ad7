/** The fold of a history agrees with the snapshots of random machines, whatever happens to them. */
import { describe, expect, it } from 'vitest';
import type { MachineDefinition } from '../../../lib/asl/definition.ts';
import { parseDefinition } from '../../../lib/asl/parse.ts';
import { compileMachine } from '../../../lib/engine/compile-machine.ts';
import { dueAt } from '../../../lib/engine/due-at.ts';
import type { UntimedEvent } from '../../../lib/engine/event.ts';
import { findOpenCommands } from '../../../lib/engine/open-commands.ts';
import {
  type Branch,
  type Done,
  isDone,
  listChildren,
  newSnapshot,
  type Snapshot,
} from '../../../lib/engine/snapshot.ts';
import { isEnd } from '../../../lib/engine/status.ts';
import { type Transition, transition } from '../../../lib/engine/transition.ts';
import type { FoldedVisit } from '../../../lib/engine/visits/folded-visit.ts';
import { VisitFold } from '../../../lib/engine/visits/visit-fold.ts';
import { arbitraryDefinition, itemsInput } from '../../support/arbitrary-machine.ts';
import fc from '../../support/properties.ts';
import { createSeed, startOfRun, testIdentity } from '../../support/run-machine.ts';

const identity = testIdentity(itemsInput);
const moves = fc.array(fc.nat(999), { maxLength: 60 });
const machines = arbitraryDefinition.map((definition) =>
  parseDefinition(JSON.stringify(definition)),
);

/** Plays the moves and lets everything succeed; `check` is called after each transition. */
function play(
  definition: MachineDefinition,
  choices: readonly number[],
  check: (snapshot: Snapshot, result: Transition) => void,
): void {
  const machine = compileMachine(definition);
  let snapshot = newSnapshot();
  let now = startOfRun;
  let count = 0;
  const apply = (event: UntimedEvent): void => {
    const result = transition(machine, identity, snapshot, {
      ...event,
      at: now,
      seed: createSeed(count++),
    });
    snapshot = result.snapshot;
    check(snapshot, result);
  };
  const wake = (): void => {
    now = Math.max(now, dueAt(snapshot) ?? now);
    apply({ type: 'timersDue' });
  };
  apply({ type: 'started' });
  for (const choice of choices) {
    const open = findOpenCommands(machine, identity, snapshot);
    const command = open[choice % Math.max(open.length, 1)]?.command ?? '2:7';
    const kind = Math.floor(choice / 8) % 10;
    if (kind < 3) apply({ type: 'commandSucceeded', command, result: { r: choice } });
    else if (kind < 6) apply({ type: 'commandFailed', command, error: 'Odd', cause: '' });
    else if (kind === 6) apply({ type: 'commandFailed', command, error: 'Bad', cause: 'bad' });
    else if (kind === 7 && isEnd(snapshot.status)) apply({ type: 'redriven' });
    else if (kind === 8 && choice % 3 === 0) apply({ type: 'aborted' });
    else wake();
  }
  for (let round = 0; !isEnd(snapshot.status) && round < 500; round++) {
    const [open] = findOpenCommands(machine, identity, snapshot);
    if (open === undefined) wake();
    else apply({ type: 'commandSucceeded', command: open.command, result: {} });
  }
}

/** Returns where each branch is that is in a state, by the id of its entered event. */
function findPlaces(branch: Branch | Done, place: string, found: Map<number, string>): void {
  if (isDone(branch) || branch.enteredId === 0) return;
  found.set(branch.enteredId, place);
  listChildren(branch)?.forEach((child, index) => {
    const own = `${branch.enteredId}.${index}`;
    findPlaces(child, place === '' ? own : `${place}/${own}`, found);
  });
}

function placesIn({ status, root }: Snapshot): Map<number, string> {
  const found = new Map<number, string>();
  if (status === 'RUNNING' && root !== null) findPlaces(root, '', found);
  return found;
}

function openVisits({ tree }: VisitFold): FoldedVisit[] {
  return tree.visits.filter(({ status }) => status === 'OPEN');
}

/** Whether a visit was stopped by a failure, and the state around it waits for its retry. */
function isStopped(visit: FoldedVisit, places: ReadonlyMap<number, string>): boolean {
  const { host } = visit.branch;
  return host !== null && (places.has(host.eventId) || isStopped(host, places));
}

describe('the fold of a history', () => {
  it('the open visits of a fold are those of the snapshot, at the same places', () => {
    fc.assert(
      fc.property(machines, moves, (definition, choices) => {
        const fold = new VisitFold();
        play(definition, choices, (snapshot, { history }) => {
          fold.add(history);
          const places = placesIn(snapshot);
          const open = openVisits(fold);
          const shown = new Map(open.map((visit) => [visit.eventId, visit.branch.place]));
          for (const [id, place] of places) expect([id, shown.get(id)]).toEqual([id, place]);
          const others = open.filter(({ eventId }) => !places.has(eventId));
          expect(others.filter((visit) => !isStopped(visit, places))).toEqual([]);
        });
        expect(openVisits(fold)).toEqual([]);
      }),
    );
  });

  it('every call belongs to the visit that its command names', () => {
    fc.assert(
      fc.property(machines, moves, (definition, choices) => {
        const fold = new VisitFold();
        play(definition, choices, (_, { history, effects }) => {
          fold.add(history);
          const calls = effects.flatMap((effect) =>
            effect.type === 'invoke' ? [Number.parseInt(effect.command, 10)] : [],
          );
          const scheduled = history.filter(({ type }) => type === 'LambdaFunctionScheduled');
          // A call that the same transition has cancelled is not made.
          if (scheduled.length !== calls.length) return;
          const owners = scheduled.map(({ id }) => fold.tree.visitOf(id)?.eventId);
          expect(owners).toEqual(calls);
        });
      }),
    );
  });

  it('every visit has the events that its state entered and exited with', () => {
    fc.assert(
      fc.property(machines, moves, (definition, choices) => {
        const fold = new VisitFold();
        play(definition, choices, (_, { history }) => {
          fold.add(history);
          for (const { id, stateExitedEventDetails: exited } of history) {
            if (exited === undefined) continue;
            const visit = fold.tree.visitOf(id);
            expect([visit?.state, visit?.exitEventId]).toEqual([exited.name, id]);
          }
        });
      }),
    );
  });

  it('a fold of parts is the fold of the whole history', () => {
    fc.assert(
      fc.property(machines, moves, fc.integer({ min: 1, max: 7 }), (definition, choices, size) => {
        const whole = new VisitFold();
        const parts = new VisitFold();
        play(definition, choices, (_, { history }) => {
          whole.add(history);
          for (let from = 0; from < history.length; from += size) {
            parts.add(history.slice(0, from + size));
          }
        });
        expect(parts.tree.visits.map(withoutBranch)).toEqual(whole.tree.visits.map(withoutBranch));
      }),
    );
  });
});

function withoutBranch({ branch, children, ...visit }: FoldedVisit) {
  return { ...visit, place: branch.place, children: children?.size ?? null };
}
