/**
 * The workings of one transition: the time and chance it was given, and what it has recorded and
 * asked for so far. Lives only while `transition` runs. Event ids are handed out here, and here
 * alone, so that they have no gap.
 */
import type { Json } from '../asl/json/json.ts';
import { ErrorName, StateError } from '../asl/state-error.ts';
import { type CommandEffect, type Effect, isCommand } from './effect.ts';
import type { EngineEvent } from './event.ts';
import type { ExecutionIdentity } from './execution-identity.ts';
import type { HistoryEvent, HistoryEventDetails, HistoryEventType } from './history-event.ts';
import { documentDepthMax, exceedsBytes, exceedsDepth } from './limits.ts';
import type { Machine } from './machine.ts';
import { createRandom } from './random.ts';
import type { Snapshot } from './snapshot.ts';

const noDetails: HistoryEventDetails = Object.freeze({});

/** See the head of this file. */
export class Turn {
  readonly machine: Machine;
  readonly identity: ExecutionIdentity;
  /**
   * When the event happened, in milliseconds since 1970: the time of everything in this transition.
   */
  readonly at: number;
  readonly random: () => number;
  readonly history: HistoryEvent[] = [];
  readonly effects: Effect[] = [];
  startedAt: number;
  redrives: number;
  lastEventId: number;
  /** States that may still be entered in this transition. */
  stepsLeft: number;
  #textValue: Json | undefined;
  #text = '';

  constructor(
    machine: Machine,
    identity: ExecutionIdentity,
    snapshot: Snapshot,
    event: Pick<EngineEvent, 'at' | 'seed'>,
  ) {
    this.machine = machine;
    this.identity = identity;
    this.at = event.at;
    this.random = createRandom(event.seed);
    this.startedAt = snapshot.startedAt;
    this.redrives = snapshot.redrives;
    this.lastEventId = snapshot.lastEventId;
    this.stepsLeft = machine.limits.stepsPerTransitionMax;
  }

  /** Adds an event to the history and answers its id. */
  record(
    type: HistoryEventType,
    previousEventId: number,
    details: HistoryEventDetails = noDetails,
  ): number {
    this.lastEventId += 1;
    const id = this.lastEventId;
    this.history.push({ type, id, previousEventId, timestamp: this.at, ...details });
    return id;
  }

  /**
   * The JSON text of a document; the one made last is kept, because a state's output is the next
   * one's input. Over the limits it raises `States.DataLimitExceeded`, naming `producer`.
   */
  textOf(value: Json, producer: string): string {
    if (value !== this.#textValue) {
      this.#text = withinLimits(value, this.machine.limits.payloadBytesMax, producer);
      this.#textValue = value;
    }
    return this.#text;
  }

  /**
   * Takes back everything that was asked for, and what was recorded after the event `lastId`, but
   * for the word that the execution was redriven.
   */
  rewind(lastId: number): void {
    this.effects.length = 0;
    const before = this.lastEventId - this.history.length;
    const kept = this.history.filter(
      ({ id, type }) => id <= lastId || type === 'ExecutionRedriven',
    );
    this.history.splice(0, this.history.length, ...kept);
    this.lastEventId = before + kept.length;
  }

  /** Sends a command out. */
  send(effect: CommandEffect): void {
    this.effects.push(effect);
  }

  /**
   * Asks for a command to be stopped; one that this same transition asked for is taken back
   * instead.
   */
  cancel(command: string): void {
    const index = this.effects.findLastIndex(
      (effect) => isCommand(effect) && effect.command === command,
    );
    if (index < 0) this.effects.push({ type: 'cancel', command });
    else this.effects.splice(index, 1);
  }
}

function withinLimits(value: Json, bytesMax: number, producer: string): string {
  const text = stringify(value);
  if (text === undefined || exceedsBytes(text, bytesMax) || exceedsDepth(text, documentDepthMax)) {
    throw new StateError(
      ErrorName.dataLimitExceeded,
      `The state/task '${producer}' returned a result with a size exceeding the maximum number of bytes service limit.`,
    );
  }
  return text;
}

/** Undefined when the value nests so deeply that the stack cannot hold it. */
function stringify(value: Json): string | undefined {
  try {
    return JSON.stringify(value);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
