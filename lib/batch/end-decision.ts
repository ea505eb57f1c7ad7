import type { BatchCounters } from '../ports/store/batch-store.ts';
import type { BatchOptions } from './batch-options.ts';
import { countInFlight } from './batch-tally.ts';
import { findFailureReason } from './failure-policy.ts';

/** Whether a batch has ended, and how. */
export type EndDecision =
  | { readonly kind: 'open' }
  | { readonly kind: 'ended'; readonly status: 'SUCCEEDED'; readonly reason: null }
  | { readonly kind: 'ended'; readonly status: 'FAILED'; readonly reason: string };

/**
 * Decides whether a batch has ended: its source is read to the end and all its executions have
 * ended. It is `FAILED` when more failed than its options tolerate, and `SUCCEEDED` otherwise, even
 * if some executions failed or were aborted. Pure.
 */
export function decideEnd(
  counters: BatchCounters,
  sourceDone: boolean,
  options: Pick<
    BatchOptions,
    'stopOnError' | 'toleratedFailureCount' | 'toleratedFailurePercentage'
  >,
): EndDecision {
  if (!sourceDone || countInFlight(counters) > 0) return { kind: 'open' };
  const reason = findFailureReason(counters, sourceDone, options);
  if (reason !== null) return { kind: 'ended', status: 'FAILED', reason };
  return { kind: 'ended', status: 'SUCCEEDED', reason: null };
}
