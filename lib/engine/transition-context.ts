import { Budget } from '../asl/budget.ts';
import type { Json } from '../asl/json/json.ts';
import { isLongerThan, referencesUnmeasured } from '../asl/json/json-length.ts';
import { ErrorName, StateError } from '../asl/state-error.ts';
import { type CommandEffect, type Effect, isCommand } from './effect.ts';
import type { EngineEvent, Seed } from './event.ts';
import type { ExecutionIdentity } from './execution-identity.ts';
import type { HistoryEvent, HistoryEventDetails, HistoryEventType } from './history-event.ts';
import { documentDepthMax, exceedsBytes, exceedsDepth } from './limits.ts';
import type { Machine } from './machine.ts';
import { createRandom } from './random.ts';
import type { Snapshot } from './snapshot.ts';

/** Characters of a document that are encoded, and written with an event, in one unit of work. */
const writtenPerUnit = 5;

/** Size of an event without its documents, in bytes. */
const eventBytes = 200;

const noDetails: HistoryEventDetails = Object.freeze({});

/** What happened in a visit of a state, as far as neither snapshot nor history show it. */
export interface VisitMark {
  /** A retrier made a retry, a catcher handled a failure, or the state was exited. */
  readonly kind: 'retried' | 'caught' | 'exited';
  readonly state: string;
  /** With `exited`: the time since the state was entered, in milliseconds. */
  readonly ms: number;
}

/**
 * The state of one transition: its time, its random numbers, and the events and effects so far.
 * Lives only while `transition` runs. It alone assigns event ids, so that they have no gap.
 */
export class TransitionContext {
  readonly machine: Machine;
  readonly identity: ExecutionIdentity;
  /** The time of everything in this transition, in milliseconds since 1970. */
  readonly at: number;
  /** The secret from which the random numbers and the task tokens are derived. */
  readonly seed: Seed;
  readonly random: () => number;
  readonly history: HistoryEvent[] = [];
  readonly effects: Effect[] = [];
  readonly marks: VisitMark[] = [];
  startedAt: number;
  redrives: number;
  lastEventId: number;
  /** Number of states that may still be entered in this transition. */
  stepsLeft: number;
  /** The work that evaluating and writing takes. */
  readonly budget: Budget;
  /** How often each mocked state was called; undefined while none was. */
  mockedCalls: Snapshot['mockedCalls'];
  /** Size of the events, in bytes as `historyBytesMax` counts them. */
  #documentBytes = 0;
  #encoded: Json | undefined;
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
    this.seed = event.seed;
    this.random = createRandom(event.seed);
    this.startedAt = snapshot.startedAt;
    this.redrives = snapshot.redrives;
    this.lastEventId = snapshot.lastEventId;
    this.mockedCalls = snapshot.mockedCalls;
    this.stepsLeft = machine.limits.stepsPerTransitionMax;
    this.budget = new Budget(machine.limits.stateWorkMax);
  }

  /**
   * Whether to enter no more states and to continue after a checkpoint: this transition has entered
   * its maximum of states, or has done much work.
   */
  get isFull(): boolean {
    return this.stepsLeft <= 0 || this.budget.spent > this.machine.limits.transitionWorkMax;
  }

  /** Size of the events of this transition. */
  get historyBytes(): number {
    return this.#documentBytes + this.history.length * eventBytes;
  }

  /** Adds an event to the history and returns its id. */
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
   * Returns the JSON text of a document. The latest text is cached, because the output of a state
   * is the input of the next. Throws `States.DataLimitExceeded`, naming `producer`, when the
   * document exceeds the limits.
   */
  encode(value: Json, producer: string): string {
    if (value !== this.#encoded) {
      const { payloadBytesMax } = this.machine.limits;
      // No text is made that is much too long. The measure is not exact.
      const isMeasured = this.budget.references > referencesUnmeasured;
      if (isMeasured && isLongerThan(value, 2 * payloadBytesMax)) throw tooLarge(producer);
      this.#text = encodeWithinLimits(value, payloadBytesMax, producer);
      this.#encoded = value;
    }
    // Counted for a cached text, too: each event with it is written, and a transition must not
    // depend on which values are the same object.
    this.budget.add(this.#text.length / writtenPerUnit);
    this.#documentBytes += this.#text.length;
    return this.#text;
  }

  /**
   * Discards all effects and marks, and the events after `lastId` except the one that the execution
   * was redriven.
   */
  rewind(lastId: number): void {
    this.effects.length = 0;
    this.marks.length = 0;
    const before = this.lastEventId - this.history.length;
    const kept = this.history.filter(
      ({ id, type }) => id <= lastId || type === 'ExecutionRedriven',
    );
    this.history.splice(0, this.history.length, ...kept);
    this.lastEventId = before + kept.length;
  }

  /** Counts a call of a mocked state and returns its number; undefined for any other state. */
  countMockedCall(state: string): number | undefined {
    if (!this.machine.mockedStates?.has(state)) return undefined;
    const counts = this.mockedCalls ?? {};
    const call = Object.hasOwn(counts, state) ? (counts[state] ?? 0) : 0;
    this.mockedCalls = { ...counts, [state]: call + 1 };
    return call;
  }

  /** Sends a command. */
  send(effect: CommandEffect): void {
    this.effects.push(effect);
  }

  /** Cancels a command; one that was sent in this same transition is not sent at all. */
  cancel(command: string): void {
    const index = this.effects.findLastIndex(
      (effect) => isCommand(effect) && effect.command === command,
    );
    if (index < 0) this.effects.push({ type: 'cancel', command });
    else this.effects.splice(index, 1);
  }
}

function encodeWithinLimits(value: Json, bytesMax: number, producer: string): string {
  const text = stringify(value);
  if (text === undefined || exceedsBytes(text, bytesMax) || exceedsDepth(text, documentDepthMax)) {
    throw tooLarge(producer);
  }
  return text;
}

function tooLarge(producer: string): StateError {
  return new StateError(
    ErrorName.dataLimitExceeded,
    `The state/task '${producer}' returned a result with a size exceeding the maximum number of bytes service limit.`,
  );
}

/** Returns undefined when the value nests so deeply that the stack overflows. */
function stringify(value: Json): string | undefined {
  try {
    return JSON.stringify(value);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
