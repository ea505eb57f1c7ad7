/** Drives one execution with random events. */
import assert from 'node:assert/strict';
import type { Json } from '../../lib/asl/json/json.ts';
import { dueAt } from '../../lib/engine/due-at.ts';
import { type CommandEffect, type Effect, isCommand } from '../../lib/engine/effect.ts';
import type { EngineEvent } from '../../lib/engine/event.ts';
import type { HistoryEvent } from '../../lib/engine/history-event.ts';
import { checkEffects, checkHistory, checkInvariants } from '../../lib/engine/invariants.ts';
import type { EngineLimits } from '../../lib/engine/limits.ts';
import type { Machine } from '../../lib/engine/machine.ts';
import { findOpenCommands, isCommandOpen } from '../../lib/engine/open-commands.ts';
import {
  decodeSnapshot,
  encodeSnapshot,
  newSnapshot,
  type Snapshot,
} from '../../lib/engine/snapshot.ts';
import { type Transition, transition } from '../../lib/engine/transition.ts';
import { deepFreeze } from '../support/deep-freeze.ts';
import { createSeed, startOfRun, testIdentity } from '../support/run-machine.ts';
import { startCpuWatch } from './cpu-watch.ts';

/** The next event of an execution. */
export interface Move {
  readonly kind: AnswerKind | 'timers' | 'abort' | 'fail' | 'redrive';
  /** Selects one of the open commands. */
  readonly which: number;
  readonly value: Json;
  readonly error: string;
}

/** The kinds of replies to a command. */
type AnswerKind = 'answer' | 'failure' | 'submitted' | 'started' | 'heartbeat';

/**
 * Drives one execution with random replies, failures, timers, cancellations and redrives. After
 * every transition it checks what holds for any machine, and throws at the first violation: only
 * the result changes, the invariants hold, a crash at this point would change nothing, and an
 * execution that has not ended waits for something.
 */
export function drive(
  machine: Machine,
  input: Json,
  moves: readonly Move[],
  onTransition: (ms: number) => void = () => {},
): Snapshot {
  const drive = new Drive(deepFreeze(machine), input, onTransition);
  drive.apply({ type: 'started' });
  for (const move of moves) drive.move(move);
  assert.deepEqual(checkHistory(drive.history), []);
  assert.deepEqual(checkEffects(drive.effects), []);
  return drive.snapshot;
}

function createEvent(
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
    case 'submitted':
      return { type: 'commandSubmitted', command, output: value };
    case 'started':
      return { type: 'commandStarted', command, workerName: error };
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

/** One state, the states before it, and the texts of what it records. */
function workMax({ stateWorkMax, transitionWorkMax, payloadBytesMax }: EngineLimits): number {
  return stateWorkMax * (1 + 1 / 16) + transitionWorkMax + payloadBytesMax;
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
  /** The commands without a reply. */
  #open: CommandEffect[] = [];
  /** The commands whose results come from outside; they are not sent again. */
  readonly #outside = new Set<string>();
  readonly #onTransition: (ms: number) => void;

  constructor(machine: Machine, input: Json, onTransition: (ms: number) => void) {
    this.machine = machine;
    this.#onTransition = onTransition;
    this.identity = deepFreeze(testIdentity(input));
  }

  move({ kind, which, value, error }: Move): void {
    const chosen = this.#open[which % Math.max(this.#open.length, 1)];
    const command = chosen?.command ?? '3:0';
    if (kind === 'timers') this.#now = Math.max(this.#now, dueAt(this.snapshot) ?? 0);
    this.apply(createEvent(kind, command, value, error));
  }

  apply(what: WithoutTime<EngineEvent>): void {
    const event = deepFreeze({ ...what, at: this.#now, seed: createSeed(this.#count) });
    this.#count += 1;
    const before = deepFreeze(this.snapshot);
    const readCpuMs = startCpuWatch();
    const result = transition(this.machine, this.identity, before, event);
    this.#onTransition(readCpuMs());
    assert.ok(result.work <= workMax(this.machine.limits), `a transition did ${result.work}`);
    this.#checkReplay(before, event, result);
    this.#record(event, result);
    this.#checkState();
  }

  #checkReplay(before: Snapshot, event: EngineEvent, result: Transition): void {
    const revived = decodeSnapshot(encodeSnapshot(before));
    const again = transition(this.machine, this.identity, revived, event);
    assert.equal(
      JSON.stringify(again),
      JSON.stringify(result),
      'a crash before the event changes its result',
    );
  }

  #record(event: EngineEvent, { snapshot, history, effects }: Transition): void {
    this.snapshot = snapshot;
    this.history.push(...history);
    this.effects.push(...effects);
    const gone = new Set<string>();
    if (event.type === 'commandSucceeded' || event.type === 'commandFailed')
      gone.add(event.command);
    for (const effect of effects) if (effect.type === 'cancel') gone.add(effect.command);
    const ended = effects.some(({ type }) => type === 'finish');
    if (event.type === 'commandSubmitted' || event.type === 'commandStarted') {
      this.#recordProgress(event, gone);
    }
    const kept = this.#open.filter(({ command }) => !gone.has(command));
    this.#open = ended ? [] : [...kept, ...effects.filter(isCommand)];
  }

  /**
   * The result now comes from outside, unless the reply exceeded a limit and closed the command.
   */
  #recordProgress({ type, command }: EngineEvent & { command: string }, gone: Set<string>): void {
    const effect = this.#open.find((each) => each.command === command);
    // A map run is asked for again until it has ended.
    if (effect?.type.startsWith('mapRun') && type === 'commandStarted') return;
    if (isCommandOpen(this.snapshot, command)) this.#outside.add(command);
    else gone.add(command);
  }

  #checkState(): void {
    const { snapshot, machine, identity } = this;
    assert.deepEqual(checkInvariants(snapshot), []);
    const revived = decodeSnapshot(encodeSnapshot(snapshot));
    const known = findOpenCommands(machine, identity, revived);
    const byName = (effects: readonly Effect[]) =>
      effects.map((effect) => JSON.stringify(effect)).toSorted();
    const toSend = this.#open.filter(({ command }) => !this.#outside.has(command));
    assert.deepEqual(byName(known), byName(toSend), 'the open commands');
    if (snapshot.status !== 'RUNNING') return;
    for (const { command } of this.#open) {
      assert.ok(isCommandOpen(snapshot, command), `a reply to ${command} would be ignored`);
    }
    assert.ok(this.#open.length > 0 || dueAt(snapshot) !== null, 'the execution waits for nothing');
  }
}
