/**
 * Drives one execution by random answers, failures, timers, aborts and redrives, and checks after
 * every transition what must hold of any machine: nothing but the result is changed, the invariants
 * hold, a crash at this point would change nothing, and whoever has not ended waits for something.
 */
import assert from 'node:assert/strict';
import type { Json } from '../../lib/asl/json.ts';
import { dueAt } from '../../lib/engine/due-at.ts';
import type { Effect } from '../../lib/engine/effect.ts';
import type { EngineEvent } from '../../lib/engine/event.ts';
import type { HistoryEvent } from '../../lib/engine/history-event.ts';
import { checkEffects, checkHistory, checkInvariants } from '../../lib/engine/invariants.ts';
import type { Machine } from '../../lib/engine/machine.ts';
import { openCommands } from '../../lib/engine/open-commands.ts';
import {
  decodeSnapshot,
  encodeSnapshot,
  newSnapshot,
  type Snapshot,
} from '../../lib/engine/snapshot.ts';
import { type Transition, transition } from '../../lib/engine/transition.ts';
import { deepFreeze } from '../support/deep-freeze.ts';
import { seedOf, startOfRun, testIdentity } from '../support/run-machine.ts';

/** What the world does next. */
export interface Move {
  readonly kind: 'answer' | 'failure' | 'heartbeat' | 'timers' | 'abort' | 'fail' | 'redrive';
  /** Chooses among the commands that are out. */
  readonly which: number;
  readonly value: Json;
  readonly error: string;
}

/** See the head of this file. Throws at the first thing that does not hold. */
export function drive(machine: Machine, input: Json, moves: readonly Move[]): Snapshot {
  const drive = new Drive(deepFreeze(machine), input);
  drive.apply({ type: 'started' });
  for (const move of moves) drive.move(move);
  assert.deepEqual(checkHistory(drive.history), []);
  assert.deepEqual(checkEffects(drive.effects), []);
  return drive.snapshot;
}

function eventOf(
  kind: Move['kind'],
  command: string,
  value: Json,
  error: string,
): WithoutTime<EngineEvent> {
  switch (kind) {
    case 'answer':
      return { type: 'commandSucceeded', command, result: value };
    case 'failure':
      return { type: 'commandFailed', command, error, cause: error };
    case 'heartbeat':
      return { type: 'heartbeatReceived', command };
    case 'timers':
      return { type: 'timersDue' };
    case 'abort':
      return { type: 'aborted', error };
    case 'fail':
      return { type: 'failed', error, cause: error };
    default:
      return { type: 'redriven' };
  }
}

type WithoutTime<Event> = Event extends unknown ? Omit<Event, 'at' | 'seed'> : never;

class Drive {
  readonly machine: Machine;
  readonly identity;
  readonly history: HistoryEvent[] = [];
  readonly effects: Effect[] = [];
  snapshot: Snapshot = newSnapshot();
  #now = startOfRun;
  #count = 0;
  #open: Effect[] = [];

  constructor(machine: Machine, input: Json) {
    this.machine = machine;
    this.identity = deepFreeze(testIdentity(input));
  }

  move({ kind, which, value, error }: Move): void {
    const out = this.#open[which % Math.max(this.#open.length, 1)];
    const command = out?.type === 'invoke' ? out.command : '3:0';
    if (kind === 'timers') this.#now = Math.max(this.#now, dueAt(this.snapshot) ?? 0);
    this.apply(eventOf(kind, command, value, error));
  }

  apply(what: WithoutTime<EngineEvent>): void {
    const event = deepFreeze({ ...what, at: this.#now, seed: seedOf(this.#count) });
    this.#count += 1;
    const before = deepFreeze(this.snapshot);
    const result = transition(this.machine, this.identity, before, event);
    this.#checkReplay(before, event, result);
    this.#note(event, result);
    this.#checkRest();
  }

  #checkReplay(before: Snapshot, event: EngineEvent, result: Transition): void {
    const revived = decodeSnapshot(encodeSnapshot(before));
    const again = transition(this.machine, this.identity, revived, event);
    assert.equal(JSON.stringify(again), JSON.stringify(result), 'a crash before it changes it');
  }

  #note(event: EngineEvent, { snapshot, history, effects }: Transition): void {
    this.snapshot = snapshot;
    this.history.push(...history);
    this.effects.push(...effects);
    const gone = new Set<string>();
    if ('command' in event && event.type !== 'heartbeatReceived') gone.add(event.command);
    for (const effect of effects) if (effect.type === 'cancel') gone.add(effect.command);
    const sent = effects.filter(({ type }) => type === 'invoke');
    const ended = effects.some(({ type }) => type === 'finish');
    const kept = this.#open.filter((effect) => 'command' in effect && !gone.has(effect.command));
    this.#open = ended ? [] : [...kept, ...sent];
  }

  #checkRest(): void {
    const { snapshot, machine, identity } = this;
    assert.deepEqual(checkInvariants(snapshot), []);
    const revived = decodeSnapshot(encodeSnapshot(snapshot));
    const known = openCommands(machine, identity, revived);
    const byName = (effects: readonly Effect[]) =>
      effects.map((effect) => JSON.stringify(effect)).toSorted();
    assert.deepEqual(byName(known), byName(this.#open), 'the commands that are out');
    if (snapshot.status !== 'RUNNING') return;
    assert.ok(known.length > 0 || dueAt(snapshot) !== null, 'it waits for nothing');
  }
}
