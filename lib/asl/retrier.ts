/** Decides whether a failed state is retried, and after which delay. */
import type { Retrier } from './definition.ts';
import { matchesError } from './error-match.ts';

/** Defaults of a retrier's fields (States Language, "Retrying after error"). */
export const retrierDefaults = Object.freeze({
  intervalSeconds: 1,
  maxAttempts: 3,
  backoffRate: 2,
});

/** The response to a failure: retry with the retrier at `index` after the delay, or give up. */
export type RetryDecision =
  | { readonly kind: 'retry'; readonly index: number; readonly delaySeconds: number }
  | { readonly kind: 'giveUp' };

const giveUp: RetryDecision = Object.freeze({ kind: 'giveUp' });

/**
 * Decides by the first retrier that matches `error` and by its own count: `counts[i]` is the number
 * of retries by the retrier at `i` during this visit of the state. `random` is called once, for a
 * number in [0, 1), and only with `JitterStrategy` FULL, which spreads the delay evenly between 0
 * and its full length.
 */
export function decideRetry(
  retriers: readonly Retrier[],
  error: string,
  counts: readonly number[],
  random: () => number,
): RetryDecision {
  const index = retriers.findIndex(({ ErrorEquals }) => matchesError(ErrorEquals, error));
  const retrier = retriers[index];
  if (retrier === undefined) return giveUp;
  const used = counts[index] ?? 0;
  if (used >= (retrier.MaxAttempts ?? retrierDefaults.maxAttempts)) return giveUp;
  const delay = backoffSeconds(retrier, used);
  return {
    kind: 'retry',
    index,
    delaySeconds: retrier.JitterStrategy === 'FULL' ? delay * random() : delay,
  };
}

function backoffSeconds(retrier: Retrier, used: number): number {
  const interval = retrier.IntervalSeconds ?? retrierDefaults.intervalSeconds;
  const rate = retrier.BackoffRate ?? retrierDefaults.backoffRate;
  const longest = retrier.MaxDelaySeconds ?? Number.MAX_SAFE_INTEGER;
  return Math.min(interval * rate ** used, longest);
}
