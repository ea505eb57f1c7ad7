import type { BatchCounters } from '../ports/store/batch-store.ts';
import type { BatchOptions } from './batch-options.ts';
import { countFailures, countInFlight } from './batch-tally.ts';
import { exceedsTolerated } from './map-run/tolerance.ts';

/** Whether a batch has ended, and how. */
export type EndDecision =
  | { readonly kind: 'open' }
  | { readonly kind: 'ended'; readonly status: 'SUCCEEDED'; readonly reason: null }
  | { readonly kind: 'ended'; readonly status: 'FAILED'; readonly reason: string };

/** The counters that decide the end. */
export interface EndCounters extends BatchCounters {
  /** Number of items that were left out. */
  readonly leftOut: number;
}

/**
 * Decides whether a batch has ended: its source is read to the end and all its executions have
 * ended. It is `FAILED` when more failed than its options tolerate, or when it left out every item
 * without being asked to, and `SUCCEEDED` otherwise, even if executions were aborted. Pure.
 */
export function decideEnd(
  counters: EndCounters,
  sourceDone: boolean,
  options: Pick<
    BatchOptions,
    'onNameTaken' | 'toleratedFailureCount' | 'toleratedFailurePercentage'
  >,
): EndDecision {
  if (!sourceDone || countInFlight(counters) > 0) return { kind: 'open' };
  const reason = findIntolerable(counters, options) ?? findAllLeftOut(counters, options);
  if (reason !== null) return { kind: 'ended', status: 'FAILED', reason };
  return { kind: 'ended', status: 'SUCCEEDED', reason: null };
}

function findIntolerable(
  counters: BatchCounters,
  {
    toleratedFailureCount: count,
    toleratedFailurePercentage: percentage,
  }: Pick<BatchOptions, 'toleratedFailureCount' | 'toleratedFailurePercentage'>,
): string | null {
  const failed = countFailures(counters);
  const total = counters.created;
  if (!exceedsTolerated({ failed, total }, { count, percentage })) return null;
  return `${failed} of ${total} failed, ${describeTolerated(count, percentage)}`;
}

function describeTolerated(count: number | null, percentage: number | null): string {
  const limits = [
    ...(count === null ? [] : [`${count}`]),
    ...(percentage === null ? [] : [`${percentage} %`]),
  ];
  return limits.length === 0 ? '0 are tolerated' : `${limits.join(' and ')} are tolerated`;
}

function findAllLeftOut(
  { created, leftOut }: EndCounters,
  { onNameTaken }: Pick<BatchOptions, 'onNameTaken'>,
): string | null {
  if (created > 0 || leftOut === 0 || onNameTaken === 'skip') return null;
  return (
    `all ${leftOut} items were left out: earlier executions of the machine have their names or ` +
    "sources; set onNameTaken to 'skip' if that is no mistake"
  );
}
