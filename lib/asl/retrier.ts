/** Decides whether a failed state is tried again and after what delay; carries nothing out. */
import type { Retrier } from './definition.ts';
import { matchesError } from './error-match.ts';

/** What a retrier does where its field is absent (States Language, "Retrying after error"). */
export const retrierDefaults = Object.freeze({
  intervalSeconds: 1,
  maxAttempts: 3,
  backoffRate: 2,
});

/** What to do about a failure: try again by the retrier at `index` after the delay, or not. */
export type RetryDecision =
  | { readonly kind: 'retry'; readonly index: number; readonly delaySeconds: number }
  | { readonly kind: 'giveUp' };

const giveUp: RetryDecision = Object.freeze({ kind: 'giveUp' });

/**
 * The first retrier that matches `error` decides alone, by its own count: `counts[i]` is how often
 * the retrier at `i` has been used in this visit of the state. `random` is asked for one number in
 * [0, 1), and only under `JitterStrategy` FULL, which spreads the delay evenly from 0 to its
 * length.
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
