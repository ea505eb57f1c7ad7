/** When a batch has ended, and how. Pure. */
import type { BatchCounters } from '../ports/batch-store.ts';
import type { BatchOptions } from './batch-options.ts';
import { inFlightOf } from './batch-tally.ts';
import { intolerableReason } from './failure-policy.ts';

/** Whether the batch goes on. */
export type EndDecision =
  | { readonly kind: 'open' }
  | { readonly kind: 'ended'; readonly status: 'SUCCEEDED'; readonly reason: null }
  | { readonly kind: 'ended'; readonly status: 'FAILED'; readonly reason: string };

/**
 * A batch ends when its source is read to the end and every execution of it has ended: `FAILED`
 * when more failed than its options tolerate, else `SUCCEEDED`, also when single executions failed
 * or were aborted.
 */
export function decideEnd(
  counters: BatchCounters,
  sourceDone: boolean,
  options: Pick<
    BatchOptions,
    'stopOnError' | 'toleratedFailureCount' | 'toleratedFailurePercentage'
  >,
): EndDecision {
  if (!sourceDone || inFlightOf(counters) > 0) return { kind: 'open' };
  const reason = intolerableReason(counters, sourceDone, options);
  if (reason !== null) return { kind: 'ended', status: 'FAILED', reason };
  return { kind: 'ended', status: 'SUCCEEDED', reason: null };
}
