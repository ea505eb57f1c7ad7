/**
 * Stands in for the world that a recorded execution called: gives each command the answer that its
 * task had at AWS, in the order in which they came.
 */
import type { Json } from '../../lib/asl/json/json.ts';
import { sameJson } from '../../lib/asl/json/same-json.ts';
import type { InvokeEffect } from '../../lib/engine/effect.ts';
import type { HistoryEvent } from '../../lib/engine/history-event.ts';
import type { TaskOutcome, TaskResult } from './recorded-case.ts';

/** A word about one command. */
export type RecordedAnswer =
  | { readonly type: 'commandSubmitted'; readonly command: string; readonly output: Json }
  | { readonly type: 'commandStarted'; readonly command: string; readonly workerName?: string }
  | { readonly type: 'commandSucceeded'; readonly command: string; readonly result: Json }
  | {
      readonly type: 'commandFailed';
      readonly command: string;
      readonly error: string;
      readonly cause: string;
    };

interface Pending {
  readonly command: string;
  /** What is told before the answer. */
  readonly before: RecordedAnswer | undefined;
  readonly outcome: TaskOutcome | undefined;
}

/** The tasks of one execution, and of the executions that it starts. */
export class RecordedTasks {
  readonly #unused: TaskResult[];
  readonly #pending: Pending[] = [];

  /** @param results those that are not used yet; each that is used is taken out */
  constructor(results: TaskResult[]) {
    this.#unused = results;
  }

  /** Takes a command; `history` tells which visit of its state it belongs to. */
  schedule(effect: InvokeEffect, history: readonly HistoryEvent[]): void {
    const found = findResult(this.#unused, effect, history);
    if (found !== undefined) this.#unused.splice(this.#unused.indexOf(found), 1);
    const { command } = effect;
    this.#pending.push({ command, before: wordBefore(command, found), outcome: found?.outcome });
  }

  /** Forgets a command that the engine no longer wants answered. */
  cancel(command: string): void {
    const index = this.#pending.findIndex((pending) => pending.command === command);
    if (index >= 0) this.#pending.splice(index, 1);
  }

  /** The next answer; undefined when nothing that is out is ever answered. */
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
    return answerOf(first);
  }
}

/** That the request was accepted, or that a worker took the work up. */
function wordBefore(command: string, result: TaskResult | undefined): RecordedAnswer | undefined {
  if (result?.submitted !== undefined) {
    return { type: 'commandSubmitted', command, output: documentOf(result.submitted) };
  }
  if (result?.workerName === undefined) return undefined;
  return { type: 'commandStarted', command, workerName: result.workerName };
}

function order({ outcome }: Pending): number {
  return outcome?.eventId ?? Number.POSITIVE_INFINITY;
}

/** A task that timed out never answered: the engine's own timer has to say so. */
function isSilent(outcome: TaskOutcome | undefined): boolean {
  return outcome?.type === 'timedOut' || outcome?.type === 'none';
}

function answerOf({ command, outcome }: Pending): RecordedAnswer {
  if (outcome === undefined) {
    const cause = 'AWS called no such task';
    return { type: 'commandFailed', command, error: 'Conformance.NotRecorded', cause };
  }
  if (outcome.type === 'succeeded') {
    return { type: 'commandSucceeded', command, result: documentOf(outcome.output) };
  }
  const { error = '', cause = '' } = outcome;
  const text = typeof cause === 'string' ? cause : JSON.stringify(cause);
  return { type: 'commandFailed', command, error, cause: text };
}

function documentOf(output: string | object | undefined): Json {
  if (typeof output !== 'string') return JSON.parse(JSON.stringify(output ?? null));
  try {
    return JSON.parse(output);
  } catch {
    return output;
  }
}

/**
 * The answer of this very try; a recording that lacks it may have it under another visit, and one
 * that does not tell states apart has it for the same parameters.
 */
function findResult(
  unused: readonly TaskResult[],
  { stateName, command, attempt, parameters }: InvokeEffect,
  history: readonly HistoryEvent[],
): TaskResult | undefined {
  const guessed = unused.find(
    (result) => result.guessedByOrder && sameJson(result.parameters ?? null, parameters),
  );
  if (guessed !== undefined) return guessed;
  const ofState = unused.filter((result) => result.stateName === stateName);
  const where = JSON.stringify(iterationsAround(history, Number.parseInt(command, 10)));
  const here = ofState.filter(({ context = [] }) => JSON.stringify(context) === where);
  const candidates = here.length > 0 ? here : ofState;
  return candidates.find((result) => (result.attempt ?? 1) === attempt + 1) ?? candidates[0];
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
