/** The results of running a state: what `states/` returns to the loop in `run-branch.ts`. */
import type { Json, JsonObject } from '../asl/json/json.ts';
import { ErrorName, StateError } from '../asl/state-error.ts';
import type { FailureDetails } from './history-event.ts';
import type { StateOutput } from './language/query-language.ts';
import { causeCharsMax, errorCharsMax } from './limits.ts';
import type { Branch, Doing, Done } from './snapshot.ts';
import type { Visit } from './visit.ts';

/** The next step of a branch. */
export type Step = Blocked | Forked | Finished | Failed;

/** The state waits for an event. */
export interface Blocked {
  readonly kind: 'blocked';
  readonly doing: Doing;
}

/** The state has branches to run: those whose `doing` is `entry`. */
export interface Forked {
  readonly kind: 'forked';
  readonly children: (Branch | Done)[];
}

/** The state succeeded, or its failure was caught. */
export interface Finished {
  readonly kind: 'finished';
  readonly output: Json;
  /** Variables to set; undefined without an `Assign`. */
  readonly assigned?: JsonObject;
  /** The state to enter next; null at the end of the graph. */
  readonly next: string | null;
}

/** Returns the step of a state that finished with this output. */
export function finished({ output, assigned }: StateOutput, next: string | null): Finished {
  if (assigned === undefined) return { kind: 'finished', output, next };
  return { kind: 'finished', output, assigned, next };
}

/** The state failed; a retrier or a catcher may still handle it. */
export interface Failed {
  readonly kind: 'failed';
  readonly error?: string;
  readonly cause?: string;
  /** Whether a worker reported it: what the report left out is null for a catcher, as at AWS. */
  readonly isReported?: true;
  /** The error name that retriers and catchers match, where it is not `error`. */
  readonly matchedAs?: string;
}

/**
 * Converts an error that a state threw into its failure, and records a failed evaluation. Rethrows
 * anything but a `StateError`, which would be a bug.
 */
export function toFailed(thrown: unknown, visit: Visit): Failed {
  if (!(thrown instanceof StateError)) throw thrown;
  const { error, causeText, location } = thrown;
  visit.transition.budget.add(causeText.length);
  // The text of a result over the limits already names its producer.
  if (error === ErrorName.dataLimitExceeded) return { kind: 'failed', error, cause: causeText };
  const cause = visit.describeFailure(causeText);
  if (error === ErrorName.queryEvaluationError)
    recordEvaluationFailed(visit, toFailureDetails(error, cause), location);
  return { kind: 'failed', error, cause };
}

/**
 * AWS evaluates a state's fields before it enters the state: a failure at the beginning of a state
 * follows the event before the entry, except in a Wait.
 */
function recordEvaluationFailed(
  visit: Visit,
  failure: FailureDetails,
  location: string | undefined,
): void {
  const { name, type } = visit.node;
  const { transition, lastId, enteredId } = visit;
  const entered = transition.history.findLast(({ id }) => id === enteredId);
  const atOnce = type !== 'Wait' && lastId === enteredId && entered !== undefined;
  visit.lastId = transition.record('EvaluationFailed', atOnce ? entered.previousEventId : lastId, {
    evaluationFailedEventDetails: {
      ...failure,
      ...(location === undefined ? {} : { location }),
      state: name,
    },
  });
}

/** Returns a failure with the fields that are defined, truncated to the limits. */
export function toFailureDetails(
  error: string | undefined,
  cause: string | undefined,
): FailureDetails {
  return {
    ...(error === undefined ? {} : { error: error.slice(0, errorCharsMax) }),
    ...(cause === undefined ? {} : { cause: cause.slice(0, causeCharsMax) }),
  };
}
