import type { LookedPage, PageRequest } from '../../ports/store/page.ts';
import type {
  Cancellation,
  QueueTaskState,
  TaskFilter,
  TaskRecord,
  TaskStore,
  TaskSummary,
} from '../../ports/store/task-store.ts';
import { parsePageStart, toIdKey, toPage } from '../shared/keyset-pages.ts';
import { asLooked } from '../shared/looked-pages.ts';
import { toStorableText } from '../shared/storable.ts';
import { sumTaskCounts } from '../shared/task-counts.ts';
import { endedTasks, isEndedState } from '../shared/task-statuses.ts';
import { deleteRows } from './execution-deletion.ts';
import { findRows, markSent, toExecutionRecord, toExecutionSummary } from './execution-rows.ts';
import { type ExecutionRow, heldBackAt, type MemoryTables, sortedBy } from './memory-tables.ts';
import { listExecutionRows } from './search/list-execution-rows.ts';

/** Executions as the tasks of queues, in memory. */
export function createMemoryTaskStore(tables: MemoryTables): TaskStore {
  return {
    getTask: async (id) => get(tables, id),
    listTasks: async (filter, page, rowsMax) => list(tables, filter, page, rowsMax),
    countTasks: async (queues, cap) => {
      const rows = [...tables.executions.values()];
      const wanted = queues === null ? null : new Set(queues.map(toStorableText));
      const counted = rows.filter(({ queue }) => wanted === null || wanted.has(queue));
      return sumTaskCounts(
        counted.map((row) => ({ queue: row.queue, state: getState(tables, row), count: 1 })),
        cap,
      );
    },
    cancelUnstarted: async (ids) => cancelUnstarted(tables, ids),
    makeTasksDue: async (ids) =>
      findRows(tables, ids)
        .filter((row) => ['scheduled', 'retry'].includes(getState(tables, row)))
        .map((row) => markSent(tables, row)),
    deleteTasks: async (ids) => deleteRows(tables, findRows(tables, ids)),
  };
}

function getState(tables: MemoryTables, row: ExecutionRow): QueueTaskState {
  if (row.status === 'SUCCEEDED') return 'succeeded';
  if (row.endedAt !== null) return tables.archive.has(row.id) ? 'archived' : 'failed';
  if (row.workerId !== null) return tables.leaseMsLeft(row) > 0 ? 'active' : 'pending';
  if (row.dueAt === null || row.dueAt <= tables.now()) return 'pending';
  if (row.dueAt === heldBackAt) return 'pending';
  if (row.startedAt === null) return 'scheduled';
  return row.status === 'PENDING_REDRIVE' ? 'retry' : 'waiting';
}

function get(tables: MemoryTables, id: string): TaskRecord | null {
  const row = tables.executions.get(id);
  if (row === undefined) return null;
  const { archivedAt = null, reason: archiveReason = null } = tables.archive.get(id) ?? {};
  const { abortRequested } = row;
  const state = getState(tables, row);
  return { ...toExecutionRecord(row), state, abortRequested, archivedAt, archiveReason };
}

function list(
  tables: MemoryTables,
  { state, ...filter }: TaskFilter,
  page: PageRequest,
  rowsMax?: number,
): LookedPage<TaskSummary> {
  if (isEndedState(state)) {
    const { statuses } = endedTasks(state);
    const isWanted = (row: ExecutionRow) => getState(tables, row) === state;
    const found = listExecutionRows(tables, { ...filter, statuses }, page, rowsMax, isWanted);
    return { ...found, entries: found.entries.map((e) => ({ ...e, workerId: null, state })) };
  }
  const { queue, machineId } = filter;
  const start = parsePageStart(page);
  const same = (wanted: string | undefined, found: string) =>
    wanted === undefined || toStorableText(wanted) === found;
  const rows = [...tables.executions.values()].filter(
    (row) =>
      same(queue, row.queue) &&
      same(machineId, row.machineId) &&
      (start === null || row.id < start.id) &&
      getState(tables, row) === state,
  );
  const newest = sortedBy(rows, ({ id }) => id).reverse();
  const tasks = newest
    .slice(0, page.limit + 1)
    .map((row) => ({ ...toExecutionSummary(row), workerId: row.workerId, state }));
  return asLooked(toPage(tasks, page.limit, toIdKey));
}

function cancelUnstarted(tables: MemoryTables, ids: readonly string[]): Cancellation {
  const rows = findRows(tables, ids).filter(
    ({ status, startedAt }) => status === 'PENDING' && startedAt === null,
  );
  for (const row of rows) {
    row.abortRequested = true;
    tables.freeKey(row);
  }
  return {
    cancelled: rows.map(({ id }) => id).sort(),
    wakeups: rows.map((row) => markSent(tables, row)),
  };
}
