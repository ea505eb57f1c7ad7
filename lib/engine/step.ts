/**
 * What running a state comes to: the one vocabulary between the states and the loop that runs them.
 */
import type { Json, JsonObject } from '../asl/json/json.ts';
import { ErrorName, StateError } from '../asl/state-error.ts';
import type { FailureDetails } from './history-event.ts';
import type { Outcome } from './language/query-language.ts';
import { causeCharsMax, errorCharsMax } from './limits.ts';
import type { Branch, Doing, Done } from './snapshot.ts';
import type { Visit } from './visit.ts';

/** What to do next with a branch. */
export type Step = Blocked | Forked | Finished | Failed;

/** The state waits for something to happen. */
export interface Blocked {
  readonly kind: 'blocked';
  readonly doing: Doing;
}

/** The state has branches that are to be run; those at `entry` have not been. */
export interface Forked {
  readonly kind: 'forked';
  readonly children: (Branch | Done)[];
}

/** The state is over. */
export interface Finished {
  readonly kind: 'finished';
  readonly output: Json;
  /** Variables to set; undefined without an `Assign`. */
  readonly assigned?: JsonObject;
  /** Null at the end of the graph. */
  readonly next: string | null;
}

/** A state that is over with this outcome. */
export function finished({ output, assigned }: Outcome, next: string | null): Finished {
  if (assigned === undefined) return { kind: 'finished', output, next };
  return { kind: 'finished', output, assigned, next };
}

/** The state failed; a retrier or a catcher may still have it. */
export interface Failed {
  readonly kind: 'failed';
  readonly error?: string;
  readonly cause?: string;
  /** The name that retriers and catchers see, where it is not `error`. */
  readonly matchedAs?: string;
}

/**
 * A failure as the visit's state reports it, from what was thrown while it ran; anything but a
 * `StateError` is a bug. An evaluation that failed is recorded.
 */
export function failureFrom(thrown: unknown, visit: Visit): Failed {
  if (!(thrown instanceof StateError)) throw thrown;
  const { error, causeText, location } = thrown;
  // a result that is too long is the producer's failure, which names itself
  if (error === ErrorName.dataLimitExceeded) return { kind: 'failed', error, cause: causeText };
  const cause = visit.causeOf(causeText);
  if (error === ErrorName.queryEvaluationError)
    recordEvaluation(visit, failureOf(error, cause), location);
  return { kind: 'failed', error, cause };
}

/**
 * AWS evaluates before it enters: a failure at the beginning of a state follows from what came
 * before it, save that of a Wait.
 */
function recordEvaluation(
  visit: Visit,
  failure: FailureDetails,
  location: string | undefined,
): void {
  const { name, type } = visit.node;
  const { turn, lastId, enteredId } = visit;
  const entered = turn.history.findLast(({ id }) => id === enteredId);
  const atOnce = type !== 'Wait' && lastId === enteredId && entered !== undefined;
  visit.lastId = turn.record('EvaluationFailed', atOnce ? entered.previousEventId : lastId, {
    evaluationFailedEventDetails: {
      ...failure,
      ...(location === undefined ? {} : { location }),
      state: name,
    },
  });
}

/** A failure with the fields that there are, cut to the limits. */
export function failureOf(error: string | undefined, cause: string | undefined): FailureDetails {
  return {
    ...(error === undefined ? {} : { error: error.slice(0, errorCharsMax) }),
    ...(cause === undefined ? {} : { cause: cause.slice(0, causeCharsMax) }),
  };
}
