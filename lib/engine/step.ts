/**
 * What running a state comes to: the one vocabulary between the states and the loop that runs them.
 */
import type { Json } from '../asl/json.ts';
import { ErrorName, StateError } from '../asl/state-error.ts';
import type { FailureDetails } from './history-event.ts';
import { causeCharsMax, errorCharsMax } from './limits.ts';
import type { Branch, Doing, Done } from './snapshot.ts';

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
  /** Null at the end of the graph. */
  readonly next: string | null;
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
 * A failure as the state `name` reports it, from what was thrown while it ran; anything but a
 * `StateError` is a bug.
 */
export function failureFrom(thrown: unknown, name: string, enteredId: number): Failed {
  if (!(thrown instanceof StateError)) throw thrown;
  const { error, causeText } = thrown;
  // a result that is too long is the producer's failure, which names itself
  if (error === ErrorName.dataLimitExceeded) return { kind: 'failed', error, cause: causeText };
  const where = `An error occurred while executing the state '${name}' (entered at the event id #${enteredId}).`;
  return { kind: 'failed', error, cause: `${where} ${causeText}` };
}

/** A failure with the fields that there are, cut to the limits. */
export function failureOf(error: string | undefined, cause: string | undefined): FailureDetails {
  return {
    ...(error === undefined ? {} : { error: error.slice(0, errorCharsMax) }),
    ...(cause === undefined ? {} : { cause: cause.slice(0, causeCharsMax) }),
  };
}
