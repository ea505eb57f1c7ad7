/** Which executions a filter selects, in memory. */
import { rootMark, rootStateText } from '../../../engine/snapshot.ts';
import type { ExecutionFilter } from '../../../ports/store/execution-queries.ts';
import {
  type ExecutionWalk,
  failedStatuses,
  firstLabel,
  selectStatuses,
} from '../../shared/execution-filter.ts';
import { toStorableText } from '../../shared/storable.ts';
import type { ExecutionRow } from '../memory-tables.ts';

/** Returns a function that tells whether all conditions of a filter hold for an execution. */
export function matcherOf(filter: ExecutionFilter): (row: ExecutionRow) => boolean {
  const statuses = selectStatuses(filter);
  const { createdFrom = -Infinity, createdBefore = Infinity } = filter;
  const { endedFrom = -Infinity, endedBefore = Infinity } = filter;
  const stored = (text: string | undefined) => (text === undefined ? null : toStorableText(text));
  const prefix = stored(filter.namePrefix) ?? '';
  const wanted = (['machineId', 'batchId', 'queue', 'name', 'error', 'failedState'] as const)
    .map((key) => [key, stored(filter[key])] as const)
    .filter(([, text]) => text !== null);
  const labels = Object.entries(filter.labels ?? {});
  return (row) =>
    (statuses?.includes(row.status) ?? true) &&
    wanted.every(([key, text]) => row[key] === text) &&
    row.name.startsWith(prefix) &&
    labels.every(([key, value]) => row.labels?.[key] === value) &&
    isIn(row, filter.currentState) &&
    row.createdAt >= createdFrom &&
    row.createdAt < createdBefore &&
    (row.endedAt ?? 0) >= endedFrom &&
    (row.endedAt ?? 0) < endedBefore;
}

/** Whether the root branch of an execution is in a state; any will do when none is given. */
function isIn({ snapshot }: ExecutionRow, state: string | undefined): boolean {
  if (state === undefined) return true;
  const [, root = ''] = snapshot?.split(rootMark, 2) ?? [];
  return root.startsWith(rootStateText(state));
}

/** Returns a function that tells whether a list walks through an execution. */
export function walkerOf(
  walk: ExecutionWalk,
  { batchId, error, ...filter }: ExecutionFilter,
): (row: ExecutionRow) => boolean {
  const batch = batchId === undefined ? null : toStorableText(batchId);
  const hasFailed = (row: ExecutionRow) => failedStatuses.includes(row.status);
  switch (walk) {
    case 'label': {
      const [key = '', value = ''] = firstLabel(filter) ?? [];
      return (row) => row.labels?.[key] === value;
    }
    case 'batch':
      return (row) => row.batchId === batch;
    case 'batchFailed':
      return (row) => row.batchId === batch && hasFailed(row);
    case 'error':
      return (row) => row.error === toStorableText(error ?? '');
    case 'failed':
      return hasFailed;
    case 'open':
      return (row) => row.endedAt === null || hasFailed(row);
    default:
      return () => true;
  }
}
