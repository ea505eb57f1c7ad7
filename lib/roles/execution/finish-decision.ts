/**
 * What becomes of an execution that ended: done, tried again later, or put into the archive. Pure.
 */
import type { FinishEffect } from '../../engine/effect.ts';
import type { RetryDelay } from '../../retry/task-retry-delay.ts';

export type FinishDecision =
  | { readonly kind: 'done' }
  /** Run again from the state that failed, in `delayMs`. */
  | { readonly kind: 'redrive'; readonly delayMs: number }
  /** Nothing more will be tried; `reason` goes into the archive. */
  | { readonly kind: 'archive'; readonly reason: string };

/** What the decision depends on. */
export interface FinishCircumstances {
  readonly finish: Pick<FinishEffect, 'status' | 'error'>;
  /** Times the work had run and failed before this end. */
  readonly attempts: number;
  readonly retriesMax: number;
  /** Whether it is a child of a map run, whose parent has the say; the archive keeps only that. */
  readonly isChild: boolean;
  /** Error names of the app for which a second try is pointless. */
  readonly nonRetryable: ReadonlySet<string>;
  readonly retryDelay: RetryDelay;
  readonly random: number;
  /** By when it must have ended; null without. Both in milliseconds since 1970. */
  readonly deadlineAt: number | null;
  readonly now: number;
}

/**
 * Errors that would be the same again: the definition, the data or the deployment has to change
 * first.
 */
const hopeless: ReadonlySet<string> = new Set([
  'States.Runtime',
  'States.NoChoiceMatched',
  'States.ParameterPathFailure',
  'States.ResultPathMatchFailure',
  'States.IntrinsicFailure',
  'States.DataLimitExceeded',
  'Millrace.InvalidItem',
  'Millrace.Stalled',
  'Millrace.UnknownHandler',
  'Millrace.Archived',
  'Millrace.DeadLettered',
  'Millrace.CheckpointRefused',
]);

/** Decides; an abort is a person's will and is neither retried nor archived. */
export function decideFinish(circumstances: FinishCircumstances): FinishDecision {
  const { finish, attempts, retriesMax, isChild, nonRetryable, retryDelay, random } = circumstances;
  const { deadlineAt, now } = circumstances;
  const endsWell = finish.status === 'SUCCEEDED' || finish.status === 'ABORTED';
  if (endsWell || isChild) return { kind: 'done' };
  const error = finish.error ?? finish.status;
  if (hopeless.has(error) || nonRetryable.has(error)) {
    return { kind: 'archive', reason: `${error} is not retryable` };
  }
  const failed = `failed ${attempts + 1} of ${retriesMax + 1} times, last: ${error}`;
  if (attempts >= retriesMax) return { kind: 'archive', reason: failed };
  const delayMs = retryDelay(attempts, random, error);
  if (deadlineAt !== null && now + delayMs >= deadlineAt) {
    return { kind: 'archive', reason: `${failed}; its deadline is before the next try` };
  }
  return { kind: 'redrive', delayMs };
}
