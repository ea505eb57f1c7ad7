/** The rules of execution filters that all drivers share. */
import { type ExecutionStatus, executionStatuses, isEnd } from '../../engine/status.ts';
import {
  type ExecutionFilter,
  lookedRowsMax,
  lookedScatteredMax,
} from '../../ports/store/execution-queries.ts';

/** The statuses of executions that ended without success. */
export const failedStatuses: readonly ExecutionStatus[] = executionStatuses.filter(
  (status) => isEnd(status) && status !== 'SUCCEEDED',
);

/** The statuses of executions that have not ended. */
const openStatuses: readonly ExecutionStatus[] = executionStatuses.filter(
  (status) => !isEnd(status),
);

/** The statuses that an execution with an error or a failed state can have. */
const statusesWithError: readonly ExecutionStatus[] = [...failedStatuses, 'PENDING_REDRIVE'];

/** Returns the statuses that a filter selects, in their order; null for any. */
export function selectStatuses(filter: ExecutionFilter): readonly ExecutionStatus[] | null {
  const { status, statuses, error, failedState, currentState, endedFrom, endedBefore } = filter;
  const conditions: (readonly ExecutionStatus[])[] = [];
  if (status !== undefined) conditions.push([status]);
  if (statuses !== undefined) conditions.push(statuses);
  if (error !== undefined || failedState !== undefined) conditions.push(statusesWithError);
  if (currentState !== undefined) conditions.push(['RUNNING']);
  if (endedFrom !== undefined || endedBefore !== undefined) {
    conditions.push(executionStatuses.filter(isEnd));
  }
  if (conditions.length === 0) return null;
  const selected = executionStatuses.filter((each) =>
    conditions.every((condition) => condition.includes(each)),
  );
  return selected.length === executionStatuses.length ? null : selected;
}

/**
 * The rows that a list walks through: those with one label, or those of one batch, in which all or
 * only the failed ones, or those with one error, or those that failed, or those that are open, or
 * all. Rows of a batch are ordered by their index, others and failed ones by their id.
 */
export type ExecutionWalk = 'label' | 'batch' | 'batchFailed' | 'error' | 'failed' | 'open' | 'all';

/** Returns the smallest set of rows with an order of its own that has all that a filter selects. */
export function chooseWalk(filter: ExecutionFilter): ExecutionWalk {
  if (firstLabel(filter) !== null) return 'label';
  const statuses = selectStatuses(filter);
  const isWithin = (known: readonly ExecutionStatus[]) =>
    statuses?.every((status) => known.includes(status)) ?? false;
  if (filter.error !== undefined && filter.batchId === undefined) return 'error';
  if (isWithin(failedStatuses)) return filter.batchId === undefined ? 'failed' : 'batchFailed';
  if (filter.batchId !== undefined) return 'batch';
  return isWithin([...failedStatuses, ...openStatuses]) ? 'open' : 'all';
}

/** Returns the label whose executions a list walks through; null without labels. */
export function firstLabel({
  labels = {},
}: Pick<ExecutionFilter, 'labels'>): readonly [key: string, value: string] | null {
  return Object.entries(labels)[0] ?? null;
}

/** Returns how many rows a walk looks at, when its caller asks for no other number. */
export function rowsMaxOf(walk: ExecutionWalk): number {
  return walk === 'batch' || walk === 'all' ? lookedRowsMax : lookedScatteredMax;
}

/**
 * Returns the first text after all texts that begin with `prefix`, in the order of code points;
 * null when there is none.
 */
export function prefixEnd(prefix: string): string | null {
  const points = [...prefix];
  while (points.length > 0) {
    const last = points.pop()?.codePointAt(0) ?? 0;
    if (last >= 0x10ffff) continue;
    // Surrogates are no characters of their own.
    const next = last === 0xd7ff ? 0xe000 : last + 1;
    return points.join('') + String.fromCodePoint(next);
  }
  return null;
}
