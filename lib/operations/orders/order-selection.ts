import type { ExecutionStatus } from '../../engine/status.ts';
import { MillraceError } from '../../errors.ts';
import type { ArchiveFilter } from '../../ports/store/archive-store.ts';
import type { ExecutionFilter } from '../../ports/store/execution-queries.ts';
import type { TaskFilter } from '../../ports/store/task-store.ts';

/** What an order does to each thing that it selects. */
export const orderActions = Object.freeze(['redrive', 'cancel', 'delete', 'archive'] as const);

/** One of {@link orderActions}. */
export type OrderAction = (typeof orderActions)[number];

/** Only these of the selected things. */
interface Named {
  /** Ids, or `machine:name` of executions; at most 1,000. @default all that match */
  readonly ids?: readonly string[];
}

/** Selects entries of the archive. */
export type ArchiveOrderFilter = Omit<ArchiveFilter, 'taskIds'> & Named;

/** Selects executions. With `ids`, the other conditions do not apply. */
export type ExecutionOrderFilter = Pick<
  ExecutionFilter,
  | 'machineId'
  | 'batchId'
  | 'queue'
  | 'statuses'
  | 'namePrefix'
  | 'error'
  | 'failedState'
  | 'createdFrom'
  | 'createdBefore'
  | 'labels'
> &
  Named;

/** Selects tasks. With `ids`, the other conditions do not apply. */
export type TaskOrderFilter = Partial<TaskFilter> & Named;

/** What an order is about. An empty filter selects everything to which its action applies. */
export type OrderSelection =
  | { readonly archive: ArchiveOrderFilter }
  | { readonly executions: ExecutionOrderFilter }
  | { readonly tasks: TaskOrderFilter };

/** The statuses of executions that an action can apply to. */
export const statusesOf: Readonly<Record<OrderAction, readonly ExecutionStatus[]>> = Object.freeze({
  redrive: ['FAILED', 'TIMED_OUT', 'ABORTED'],
  cancel: ['PENDING', 'RUNNING', 'PENDING_REDRIVE'],
  archive: ['PENDING', 'RUNNING', 'PENDING_REDRIVE', 'FAILED', 'TIMED_OUT', 'ABORTED'],
  delete: ['PENDING', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED'],
});

/** Returns the filter of a selection, without its kind. */
export function filterOf(
  over: OrderSelection,
): ArchiveOrderFilter | ExecutionOrderFilter | TaskOrderFilter {
  if ('archive' in over) return over.archive;
  return 'executions' in over ? over.executions : over.tasks;
}

/** Parses the selection that an order was recorded with, and whether it uses newest definitions. */
export function parseSelection(text: string): OrderSelection & { readonly latest?: boolean } {
  return JSON.parse(text) as OrderSelection;
}

/** Throws INVALID_ARGUMENT for an action that the selected things do not have. */
export function checkAction(action: OrderAction, over: OrderSelection): void {
  if (!('archive' in over) || action === 'redrive' || action === 'delete') return;
  throw new MillraceError(
    'INVALID_ARGUMENT',
    `entries of the archive can be redriven and deleted; found the action '${action}': ` +
      'select executions or tasks for it',
  );
}

/** Returns what the whole order is about, such as `batch:ID`; null when it is about many things. */
export function objectOf(over: OrderSelection): string | null {
  const { ids, queue, machineId, ...others } = filterOf(over);
  const batchId = 'batchId' in others ? others.batchId : undefined;
  const [only] = ids ?? [];
  if (ids?.length === 1 && only !== undefined) {
    return `${'executions' in over ? 'execution' : 'task'}:${only}`;
  }
  if (batchId !== undefined) return `batch:${batchId}`;
  if (machineId !== undefined) return `machine:${machineId}`;
  return queue === undefined ? null : `queue:${queue}`;
}
