/** Random machines under random answers, timeouts, aborts, redrives and crashes. */
import { describe, expect, it } from 'vitest';
import type { MachineDefinition } from '../../lib/asl/definition.ts';
import { parseDefinition } from '../../lib/asl/parse.ts';
import { compileMachine } from '../../lib/engine/compile-machine.ts';
import { dueAt } from '../../lib/engine/due-at.ts';
import type { Effect } from '../../lib/engine/effect.ts';
import type { EngineEvent } from '../../lib/engine/event.ts';
import { decodeHistory } from '../../lib/engine/history/decode-history.ts';
import { encodeHistory } from '../../lib/engine/history/encode-history.ts';
import type { HistoryEvent } from '../../lib/engine/history-event.ts';
import { checkEffects, checkHistory, checkInvariants } from '../../lib/engine/invariants.ts';
import type { Machine } from '../../lib/engine/machine.ts';
import { findOpenCommands } from '../../lib/engine/open-commands.ts';
import {
  decodeSnapshot,
  encodeSnapshot,
  newSnapshot,
  type Snapshot,
} from '../../lib/engine/snapshot.ts';
import { isEnd } from '../../lib/engine/status.ts';
import { transition } from '../../lib/engine/transition.ts';
import { arbitraryDefinition, itemsInput } from '../support/arbitrary-machine.ts';
import { deepFreeze } from '../support/deep-freeze.ts';
import fc from '../support/properties.ts';
import { createSeed, startOfRun, testIdentity } from '../support/run-machine.ts';

const identity = deepFreeze(testIdentity(itemsInput));

/** The events from outside: each number chooses among those that are possible. */
const moves = fc.array(fc.nat(999), { maxLength: 60 });
const machines = arbitraryDefinition.map((definition) =>
  parseDefinition(JSON.stringify(definition)),
);

interface Trace {
  readonly events: EngineEvent[];
  readonly history: HistoryEvent[];
  readonly effects: Effect[];
  readonly snapshots: Snapshot[];
  readonly machine: Machine;
}

/** Plays the moves, checks the invariants after each, and then lets everything succeed. */
function play(definition: MachineDefinition, choices: readonly number[]): Trace {
  const machine = deepFreeze(compileMachine(definition));
  const trace: Trace = { events: [], history: [], effects: [], snapshots: [], machine };
  let snapshot = newSnapshot();
  let now = startOfRun;
  const apply = (event: WithoutTime<EngineEvent>): void => {
    const complete = deepFreeze({ ...event, at: now, seed: createSeed(trace.events.length) });
    const result = transition(machine, identity, deepFreeze(snapshot), complete);
    trace.events.push(complete);
    trace.history.push(...result.history);
    trace.effects.push(...result.effects);
    trace.snapshots.push(result.snapshot);
    snapshot = result.snapshot;
    expect(checkInvariants(snapshot)).toEqual([]);
  };
  const wake = (): void => {
    now = Math.max(now, dueAt(snapshot) ?? now);
    apply({ type: 'timersDue' });
  };

  apply({ type: 'started' });
  for (const choice of choices) {
    const open = findOpenCommands(machine, identity, snapshot);
    const command = open[choice % Math.max(open.length, 1)]?.command ?? '2:7';
    move(Math.floor(choice / 8) % 10, command, apply, wake);
  }
  for (let round = 0; !isEnd(snapshot.status) && round < 500; round++) {
    const [open] = findOpenCommands(machine, identity, snapshot);
    if (open === undefined) wake();
    else apply({ type: 'commandSucceeded', command: open.command, result: {} });
  }
  return trace;
}

type WithoutTime<Event> = Event extends unknown ? Omit<Event, 'at' | 'seed'> : never;

function move(
  kind: number,
  command: string,
  apply: (event: WithoutTime<EngineEvent>) => void,
  wake: () => void,
): void {
  if (kind < 4) apply({ type: 'commandSucceeded', command, result: { from: command } });
  else if (kind < 6) apply({ type: 'commandFailed', command, error: 'Odd', cause: '' });
  else if (kind === 6) apply({ type: 'heartbeatReceived', command });
  else if (kind === 7) apply({ type: command.endsWith('1') ? 'aborted' : 'redriven' });
  else wake();
}

describe('any machine under any answers in any order', () => {
  it('any machine keeps the invariants, modifies no argument, and ends', () => {
    fc.assert(
      fc.property(machines, moves, (definition, choices) => {
        const { history, effects, snapshots } = play(definition, choices);

        expect(checkHistory(history)).toEqual([]);
        expect(checkEffects(effects)).toEqual([]);
        expect(isEnd(snapshots.at(-1)?.status ?? 'PENDING')).toBe(true);
        expect(snapshots.at(-1)?.lastEventId).toBe(history.length);
      }),
      { numRuns: 150 },
    );
  });

  it('any execution has the same result when it is replayed with a crash between any two events', () => {
    fc.assert(
      fc.property(machines, moves, (definition, choices) => {
        const trace = play(definition, choices);
        const again = compileMachine(definition);
        const history: HistoryEvent[] = [];
        const effects: Effect[] = [];
        let text = encodeSnapshot(newSnapshot());

        for (const event of trace.events) {
          const result = transition(again, identity, decodeSnapshot(text), event);
          history.push(...decodeHistory(encodeHistory(result.history)));
          effects.push(...result.effects);
          text = encodeSnapshot(result.snapshot);
        }

        expect(JSON.stringify(history)).toBe(JSON.stringify(trace.history));
        expect(effects).toEqual(trace.effects);
        expect(text).toBe(encodeSnapshot(trace.snapshots.at(-1) ?? newSnapshot()));
      }),
      { numRuns: 100 },
    );
  });

  it('the open commands after a crash are exactly those that were sent and not answered', () => {
    fc.assert(
      fc.property(machines, moves, (definition, choices) => {
        const { machine, events } = play(definition, choices);
        const open = new Map<string, Effect>();
        let snapshot = newSnapshot();

        for (const event of events) {
          const result = transition(machine, identity, snapshot, event);
          if ('command' in event && event.type !== 'heartbeatReceived') open.delete(event.command);
          for (const effect of result.effects) {
            if (effect.type === 'invoke') open.set(effect.command, effect);
            else if (effect.type === 'cancel') open.delete(effect.command);
          }
          snapshot = result.snapshot;
          const known = findOpenCommands(
            machine,
            identity,
            decodeSnapshot(encodeSnapshot(snapshot)),
          );
          expect(new Map(known.map((effect) => [effect.command, effect]))).toEqual(open);
        }
      }),
      { numRuns: 100 },
    );
  });

  it('any execution is due exactly when a timer changes it', () => {
    fc.assert(
      fc.property(machines, moves, (definition, choices) => {
        const { machine, snapshots } = play(definition, choices);
        const fire = (snapshot: Snapshot, at: number): Snapshot =>
          transition(machine, identity, snapshot, { type: 'timersDue', at, seed: createSeed(0) })
            .snapshot;

        for (const snapshot of snapshots) {
          const due = dueAt(snapshot);
          if (due === null) expect(fire(snapshot, startOfRun * 2)).toBe(snapshot);
          else {
            expect(fire(snapshot, due - 1)).toBe(snapshot);
            expect(fire(snapshot, due)).not.toBe(snapshot);
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  it('any execution ends the same way however few states a transition may enter', () => {
    fc.assert(
      fc.property(machines, fc.integer({ min: 1, max: 5 }), (definition, steps) => {
        const end = (machine: Machine): string => {
          let snapshot = newSnapshot();
          let at = startOfRun;
          const apply = (event: WithoutTime<EngineEvent>): void => {
            snapshot = transition(machine, identity, snapshot, {
              ...event,
              at,
              seed: createSeed(0),
            }).snapshot;
          };
          apply({ type: 'started' });
          for (let round = 0; !isEnd(snapshot.status) && round < 5_000; round++) {
            const due = dueAt(snapshot);
            const open = findOpenCommands(machine, identity, snapshot)[0];
            if (open !== undefined && (due === null || due > at)) {
              apply({ type: 'commandSucceeded', command: open.command, result: {} });
            } else {
              at = Math.max(at, due ?? at);
              apply({ type: 'timersDue' });
            }
          }
          return snapshot.status;
        };

        expect(end(compileMachine(definition, { stepsPerTransitionMax: steps }))).toBe(
          end(compileMachine(definition)),
        );
      }),
      { numRuns: 60 },
    );
  });
});
