/** The rules of lists of batches that all drivers share. */
import type { BatchFilter, BatchStatus } from '../../ports/store/batch-store.ts';
import { selectBatchStatuses } from './select-batch-statuses.ts';

/**
 * The batches that a list walks through, the newest first: those that are open, those that did not
 * succeed, those of one name or of one machine, or all.
 */
export type BatchWalk = 'open' | 'failed' | 'name' | 'machine' | 'all';

const openStatuses: readonly BatchStatus[] = ['RUNNING', 'PAUSED'];
const failedStatuses: readonly BatchStatus[] = ['FAILED', 'ABORTED'];

/** Returns a small set of batches with an order of its own that has all that a filter selects. */
export function chooseBatchWalk(filter: BatchFilter): BatchWalk {
  const statuses = selectBatchStatuses(filter);
  const isWithin = (known: readonly BatchStatus[]) =>
    statuses?.every((status) => known.includes(status)) ?? false;
  if (isWithin(openStatuses)) return 'open';
  if (isWithin(failedStatuses)) return 'failed';
  if (filter.name !== undefined) return 'name';
  return filter.machineId === undefined ? 'all' : 'machine';
}

/** Whether a walk passes a batch. Names and ids are as they are stored. */
export function isOnBatchWalk(
  walk: BatchWalk,
  { name, machineId }: Pick<BatchFilter, 'name' | 'machineId'>,
  batch: { readonly status: BatchStatus; readonly name: string; readonly machineId: string },
): boolean {
  switch (walk) {
    case 'open':
      return openStatuses.includes(batch.status);
    case 'failed':
      return failedStatuses.includes(batch.status);
    case 'name':
      return batch.name === name;
    case 'machine':
      return batch.machineId === machineId;
    case 'all':
      return true;
  }
}
