import { isChildMachine } from '../../batch/map-run/map-run-batch.ts';
import type { FinishEffect } from '../../engine/effect.ts';
import type { Entropy } from '../../ports/entropy.ts';
import type { ClaimedExecution } from '../../ports/store/claim-store.ts';
import type { RetryDelay } from '../../retry/task-retry-delay.ts';

/** What a {@link FinishPolicy} is constructed from. */
export interface FinishPolicyDeps {
  readonly retryDelay: RetryDelay;
  /** Returns the names of a machine's errors that a retry cannot fix. */
  readonly nonRetryable: (machineId: string) => ReadonlySet<string>;
  readonly entropy: Pick<Entropy, 'random'>;
}

/** Decides what happens to finished executions, by the app's retry rules. */
export class FinishPolicy {
  readonly #deps: FinishPolicyDeps;

  constructor(deps: FinishPolicyDeps) {
    this.#deps = deps;
  }

  /** Decides what happens to an execution that finished at `now`. */
  decide(finish: FinishEffect, claimed: ClaimedExecution, now: number): FinishDecision {
    const { retryDelay, nonRetryable, entropy } = this.#deps;
    return decideFinish({
      finish,
      attempts: claimed.attempts,
      retriesMax: claimed.retriesMax,
      isChild: isChildMachine(claimed.machineId),
      nonRetryable: nonRetryable(claimed.machineId),
      retryDelay,
      random: entropy.random(),
      deadlineAt: claimed.deadlineAt,
      now,
    });
  }
}

/** What happens to an execution that finished. */
export type FinishDecision =
  | { readonly kind: 'done' }
  /** Runs again from the state that failed, after `delayMs`. */
  | { readonly kind: 'redrive'; readonly delayMs: number }
  /** Is not retried any more; `reason` is shown in the archive. */
  | { readonly kind: 'archive'; readonly reason: string };

/** What the decision depends on. */
export interface FinishCircumstances {
  readonly finish: Pick<FinishEffect, 'status' | 'error'>;
  /** How often the execution had run and failed before. */
  readonly attempts: number;
  readonly retriesMax: number;
  /** Whether it is a child of a map run: only its parent is retried and archived. */
  readonly isChild: boolean;
  /** Names of the app's errors that a retry cannot fix. */
  readonly nonRetryable: ReadonlySet<string>;
  readonly retryDelay: RetryDelay;
  /** In [0, 1). */
  readonly random: number;
  /** When the execution must have ended, in milliseconds since 1970; null without a deadline. */
  readonly deadlineAt: number | null;
  /** The current time, in milliseconds since 1970. */
  readonly now: number;
}

/** Errors that a retry cannot fix: the definition, the data or the deployment must change first. */
const permanentErrors: ReadonlySet<string> = new Set([
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
  'Millrace.WebhookRefused',
]);

/**
 * Decides what happens to an execution that finished: nothing, a redrive, or the archive. An abort
 * was requested by a user, and is neither retried nor archived. Pure.
 */
export function decideFinish(circumstances: FinishCircumstances): FinishDecision {
  const { finish, attempts, retriesMax, isChild, nonRetryable, retryDelay, random } = circumstances;
  const { deadlineAt, now } = circumstances;
  const isIntended = finish.status === 'SUCCEEDED' || finish.status === 'ABORTED';
  if (isIntended || isChild) return { kind: 'done' };
  const error = finish.error ?? finish.status;
  if (permanentErrors.has(error) || nonRetryable.has(error)) {
    return { kind: 'archive', reason: `${error} is not retryable` };
  }
  const failed = `failed ${attempts + 1} of ${retriesMax + 1} times, last: ${error}`;
  if (attempts >= retriesMax) return { kind: 'archive', reason: failed };
  const delayMs = retryDelay(attempts, random, error);
  if (deadlineAt !== null && now + delayMs >= deadlineAt) {
    return { kind: 'archive', reason: `${failed}; its deadline is before the next attempt` };
  }
  return { kind: 'redrive', delayMs };
}
