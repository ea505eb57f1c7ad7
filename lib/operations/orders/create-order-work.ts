import type { OrderRecord } from '../../ports/store/order-store.ts';
import type { TaskRecord } from '../../ports/store/task-store.ts';
import type { OrderWork } from '../../roles/orders/order-work.ts';
import type { AppContext } from '../app-context.ts';
import { redriveEntries } from '../archive.ts';
import { selectForNewest } from '../newest-definitions.ts';
import { archiveTasks } from '../tasks.ts';
import { cancelMany, redriveMany } from './bulk-changes.ts';
import { boundArchive, listCandidates } from './order-candidates.ts';
import { type OrderAction, parseSelection } from './order-selection.ts';

/** Maximum number of refused executions that are logged for each page. */
const loggedMax = 10;

/** Creates what leaders carry orders out with: the same operations as single commands. */
export function createOrderWork(context: AppContext): OrderWork {
  return {
    select: async (order, place, limit) => {
      const query = { ...readOrder(order), upTo: order.upTo };
      const { candidates, skipped, next } = await listCandidates(context, query, place, limit);
      return { ids: candidates.map(({ id }) => id), skipped, next };
    },
    apply: (order, ids) => {
      const { over, action } = readOrder(order);
      if (ids.length === 0) return Promise.resolve(0);
      if (over.latest) return redriveUnderNewest(context, order, ids);
      if ('archive' in over) return changeEntries(context, order, ids);
      return changeExecutions(context, action, order, ids);
    },
    findUndone: (order, ids) => findUndone(context, order, ids),
  };
}

function readOrder({ action, over }: OrderRecord) {
  // The order was checked when it was recorded.
  return { action: action as OrderAction, over: parseSelection(over) };
}

async function changeEntries(
  context: AppContext,
  { action, upTo }: OrderRecord,
  taskIds: readonly string[],
): Promise<number> {
  const filter = boundArchive({ taskIds }, { upTo });
  if (action === 'delete') return context.store.deleteArchived(filter, taskIds.length);
  return (await redriveEntries(context, filter, taskIds.length)).length;
}

/** Those that cannot continue under the newest definition count as refused, and are logged. */
async function redriveUnderNewest(
  context: AppContext,
  { id: orderId, over, upTo }: OrderRecord,
  taskIds: readonly string[],
): Promise<number> {
  const { ids, versions, refused } = await selectForNewest(context, taskIds);
  for (const { id: executionId, problem } of refused.slice(0, loggedMax)) {
    context.logger.warn('execution not redriven: it does not fit the newest definition', {
      orderId,
      executionId,
      problem,
    });
  }
  if (ids.length === 0) return 0;
  if ('archive' in parseSelection(over)) {
    const filter = boundArchive({ taskIds: ids }, { upTo });
    return (await redriveEntries(context, filter, ids.length, versions)).length;
  }
  const redrivable = { sleeping: ids, archived: ids, failed: ids, versions };
  return (await redriveMany(context, redrivable, upTo)).size;
}

async function changeExecutions(
  context: AppContext,
  action: OrderAction,
  { upTo }: OrderRecord,
  ids: readonly string[],
): Promise<number> {
  switch (action) {
    case 'redrive': {
      const redrivable = { sleeping: ids, archived: ids, failed: ids };
      return (await redriveMany(context, redrivable, upTo)).size;
    }
    case 'cancel':
      await cancelMany(context, ids);
      return ids.length;
    case 'archive':
      return (await archiveTasks(context, ids)).filter(({ done }) => done).length;
    case 'delete':
      return (await context.store.deleteTasks(ids)).length;
  }
}

/** A request to stop may be repeated; everything else is looked up. */
async function findUndone(
  { store }: Pick<AppContext, 'store'>,
  order: OrderRecord,
  ids: readonly string[],
): Promise<readonly string[]> {
  const { over, action } = readOrder(order);
  if (action === 'cancel' || ids.length === 0) return ids;
  if ('archive' in over) {
    const left = boundArchive({ taskIds: ids }, order);
    const { entries } = await store.listArchive(left, { limit: ids.length });
    return entries.map(({ taskId }) => taskId);
  }
  const undone: string[] = [];
  for (const id of ids) {
    const task = await store.getTask(id);
    if (task !== null && !isDone(task, action, order.upTo)) undone.push(id);
  }
  return undone;
}

function isDone({ state, endedAt }: TaskRecord, action: OrderAction, upTo: number): boolean {
  if (action === 'delete') return false;
  if (action === 'archive') return state === 'archived';
  // Redriven, it is under way, or has ended again since the order began.
  return endedAt === null ? state !== 'scheduled' && state !== 'retry' : endedAt >= upTo;
}
