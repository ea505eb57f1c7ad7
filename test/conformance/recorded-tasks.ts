/**
 * Replaces the services that a recorded execution called: answers each command as its task was
 * answered at AWS, in the recorded order.
 */
import type { Json } from '../../lib/asl/json/json.ts';
import { sameJson } from '../../lib/asl/json/same-json.ts';
import type { InvokeEffect } from '../../lib/engine/effect.ts';
import type { HistoryEvent } from '../../lib/engine/history-event.ts';
import type { TaskOutcome, TaskResult } from './recorded-case.ts';

/** A report about one command. */
export type RecordedAnswer =
  | { readonly type: 'commandSubmitted'; readonly command: string; readonly output: Json }
  | { readonly type: 'commandStarted'; readonly command: string; readonly workerName?: string }
  | { readonly type: 'commandSucceeded'; readonly command: string; readonly result: Json }
  | {
      readonly type: 'commandFailed';
      readonly command: string;
      readonly error?: string;
      readonly cause?: string;
    };

interface Pending {
  readonly command: string;
  /** The report before the answer. */
  readonly before: RecordedAnswer | undefined;
  readonly outcome: TaskOutcome | undefined;
}

/** The tasks of one execution, and of the executions that it starts. */
export class RecordedTasks {
  readonly #unused: TaskResult[];
  readonly #pending: Pending[] = [];

  /** @param results the unused results, from which each used one is removed */
  constructor(results: TaskResult[]) {
    this.#unused = results;
  }

  /** Accepts a command; `history` determines the iteration that it belongs to. */
  schedule(effect: InvokeEffect, history: readonly HistoryEvent[]): void {
    const found = findResult(this.#unused, effect, history);
    if (found !== undefined) this.#unused.splice(this.#unused.indexOf(found), 1);
    const { command } = effect;
    this.#pending.push({ command, before: earlyReport(command, found), outcome: found?.outcome });
  }

  /** Drops a command that the engine has cancelled. */
  cancel(command: string): void {
    const index = this.#pending.findIndex((pending) => pending.command === command);
    if (index >= 0) this.#pending.splice(index, 1);
  }

  /** Returns the next answer; undefined when no open command is answered. */
  next(): RecordedAnswer | undefined {
    const early = this.#pending.find(({ before }) => before !== undefined);
    if (early !== undefined) {
      this.#pending[this.#pending.indexOf(early)] = { ...early, before: undefined };
      return early.before;
    }
    const answered = this.#pending.filter(({ outcome }) => !isSilent(outcome));
    const [first] = answered.sort((a, b) => order(a) - order(b));
    if (first === undefined) return undefined;
    this.cancel(first.command);
    return toAnswer(first);
  }
}

/** Reports that the request was accepted, or that a worker started the work. */
function earlyReport(command: string, result: TaskResult | undefined): RecordedAnswer | undefined {
  if (result?.submitted !== undefined) {
    return { type: 'commandSubmitted', command, output: toDocument(result.submitted) };
  }
  if (result?.kind !== 'activity' || !wasStarted(result)) return undefined;
  const { workerName } = result;
  return { type: 'commandStarted', command, ...(workerName !== undefined && { workerName }) };
}

/** Whoever answered the work of an activity had started it, with or without a name. */
function wasStarted({ workerName, outcome }: TaskResult): boolean {
  return workerName !== undefined || outcome.type === 'succeeded' || outcome.type === 'failed';
}

function order({ outcome }: Pending): number {
  return outcome?.eventId ?? Number.POSITIVE_INFINITY;
}

/** A task that timed out never answered: the timer of the engine ends it. */
function isSilent(outcome: TaskOutcome | undefined): boolean {
  return outcome?.type === 'timedOut' || outcome?.type === 'none';
}

function toAnswer({ command, outcome }: Pending): RecordedAnswer {
  if (outcome === undefined) {
    const cause = 'AWS called no such task';
    return { type: 'commandFailed', command, error: 'Conformance.NotRecorded', cause };
  }
  if (outcome.type === 'succeeded') {
    return { type: 'commandSucceeded', command, result: toDocument(outcome.output) };
  }
  const { error, cause } = outcome;
  const text = typeof cause === 'string' ? cause : JSON.stringify(cause);
  return {
    type: 'commandFailed',
    command,
    ...(error !== undefined && { error }),
    ...(cause !== undefined && { cause: text }),
  };
}

function toDocument(output: string | object | undefined): Json {
  if (typeof output !== 'string') return JSON.parse(JSON.stringify(output ?? null));
  try {
    return JSON.parse(output);
  } catch {
    return output;
  }
}

/**
 * Finds the answer to a command by its iteration and number; falls back to any answer of its state
 * when the recording lacks it, and to equal parameters when the recording does not name states.
 */
function findResult(
  unused: readonly TaskResult[],
  { stateName, command, retryCount, parameters }: InvokeEffect,
  history: readonly HistoryEvent[],
): TaskResult | undefined {
  const guessed = unused.find(
    (result) => result.guessedByOrder && sameJson(result.parameters ?? null, parameters),
  );
  if (guessed !== undefined) return guessed;
  const sameState = unused.filter((result) => result.stateName === stateName);
  const iterations = JSON.stringify(iterationsAround(history, Number.parseInt(command, 10)));
  const sameIteration = sameState.filter(
    ({ context = [] }) => JSON.stringify(context) === iterations,
  );
  const candidates = sameIteration.length > 0 ? sameIteration : sameState;
  return candidates.find((result) => (result.attempt ?? 1) === retryCount + 1) ?? candidates[0];
}

/** The Map iterations around the event `id`, outermost first. */
function iterationsAround(history: readonly HistoryEvent[], id: number): object[] {
  const around: object[] = [];
  const events = new Map(history.map((event) => [event.id, event]));
  let within: string | undefined;
  for (let at = events.get(id); at !== undefined; at = events.get(at.previousEventId)) {
    const started = at.mapIterationStartedEventDetails;
    if (at.type === 'MapStateEntered' && at.stateEnteredEventDetails?.name === within) {
      within = undefined;
    } else if (started !== undefined && within === undefined) {
      around.unshift({ map: started.name, index: started.index });
      within = started.name;
    }
  }
  return around;
}
