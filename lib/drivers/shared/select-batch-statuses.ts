import type { BatchFilter, BatchStatus } from '../../ports/store/batch-store.ts';

/** Returns the statuses of batches that a filter selects; null for any. */
export function selectBatchStatuses({
  status,
  statuses,
}: BatchFilter): readonly BatchStatus[] | null {
  if (status === undefined) return statuses ?? null;
  return statuses === undefined || statuses.includes(status) ? [status] : [];
}
