/** Executions as tasks, in memory. */
import { type PageRequest, pageOf, pageStart } from '../../ports/page.ts';
import {
  type Cancellation,
  type TaskFilter,
  type TaskRecord,
  type TaskState,
  type TaskStore,
  totalsOf,
} from '../../ports/task-store.ts';
import { storableText } from '../shared/storable.ts';
import { deleteRows } from './memory-store-forgetting.ts';
import { byId, recordOf, summaryOf } from './memory-store-queries.ts';
import { distinctRows, send } from './memory-store-sweeps.ts';
import { type ExecutionRow, type MemoryTables, sortedBy } from './memory-store-tables.ts';

/** The part of the store that knows tasks. */
export function memoryTaskStore(tables: MemoryTables): TaskStore {
  return {
    getTask: async (id) => get(tables, id),
    listTasks: async (filter, page) => list(tables, filter, page),
    countTasks: async (queues, cap) => {
      const rows = [...tables.executions.values()];
      const wanted = queues === null ? null : new Set(queues.map(storableText));
      const counted = rows.filter(({ queue }) => wanted === null || wanted.has(queue));
      const one = (row: ExecutionRow) => ({ state: stateOf(tables, row), count: 1 });
      return totalsOf(
        counted.map((row) => ({ queue: row.queue, ...one(row) })),
        cap,
      );
    },
    abortUnstarted: async (ids) => abortUnstarted(tables, ids),
    hurryTasks: async (ids) =>
      distinctRows(tables, ids)
        .filter((row) => ['scheduled', 'retry'].includes(stateOf(tables, row)))
        .map((row) => send(tables, row)),
    deleteTasks: async (ids) => deleteRows(tables, distinctRows(tables, ids)),
  };
}

function stateOf(tables: MemoryTables, row: ExecutionRow): TaskState {
  if (row.status === 'SUCCEEDED') return 'succeeded';
  if (row.endedAt !== null) return tables.archive.has(row.id) ? 'archived' : 'failed';
  if (row.workerId !== null) return tables.leaseMsLeft(row) > 0 ? 'active' : 'pending';
  if (row.dueAt === null || row.dueAt <= tables.now()) return 'pending';
  if (row.startedAt === null) return 'scheduled';
  return row.status === 'PENDING_REDRIVE' ? 'retry' : 'waiting';
}

function get(tables: MemoryTables, id: string): TaskRecord | null {
  const row = tables.executions.get(id);
  if (row === undefined) return null;
  const { archivedAt = null, reason: archiveReason = null } = tables.archive.get(id) ?? {};
  return { ...recordOf(row), state: stateOf(tables, row), archivedAt, archiveReason };
}

function list(tables: MemoryTables, { state, queue, machineId }: TaskFilter, page: PageRequest) {
  const start = pageStart(page);
  const same = (wanted: string | undefined, found: string) =>
    wanted === undefined || storableText(wanted) === found;
  const rows = [...tables.executions.values()].filter(
    (row) =>
      same(queue, row.queue) &&
      same(machineId, row.machineId) &&
      (start === null || row.id < start.id) &&
      stateOf(tables, row) === state,
  );
  const newest = sortedBy(rows, ({ id }) => id).reverse();
  const tasks = newest
    .slice(0, page.limit + 1)
    .map((row) => ({ ...summaryOf(row), workerId: row.workerId, state }));
  return pageOf(tasks, page.limit, byId);
}

function abortUnstarted(tables: MemoryTables, ids: readonly string[]): Cancellation {
  const rows = distinctRows(tables, ids).filter(
    ({ status, startedAt }) => status === 'PENDING' && startedAt === null,
  );
  for (const row of rows) row.abortRequested = true;
  return {
    cancelled: rows.map(({ id }) => id).sort(),
    wakeups: rows.map((row) => send(tables, row)),
  };
}
