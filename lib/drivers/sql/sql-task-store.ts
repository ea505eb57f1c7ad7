import type { Wakeup } from '../../ports/store/execution-store.ts';
import type { LookedPage, PageRequest } from '../../ports/store/page.ts';
import type {
  Cancellation,
  TaskCount,
  TaskFilter,
  TaskRecord,
  TaskStore,
  TaskSummary,
} from '../../ports/store/task-store.ts';
import { toIdKey, toPage } from '../shared/keyset-pages.ts';
import { asLooked } from '../shared/looked-pages.ts';
import { distinctUuids, isUuid, toStorableText } from '../shared/storable.ts';
import { sumTaskCounts } from '../shared/task-counts.ts';
import { endedTasks, isEndedState } from '../shared/task-statuses.ts';
import { toListDocument } from './execution-pages.ts';
import { queryExecutions } from './search/query-executions.ts';
import type { SqlSession } from './sql-session.ts';
import { cancelUnstarted } from './statements/tasks/cancel-unstarted.ts';
import { countTasks } from './statements/tasks/count-tasks.ts';
import { deleteExecutions } from './statements/tasks/delete-executions.ts';
import { makeTasksDue } from './statements/tasks/make-tasks-due.ts';
import { selectTaskById } from './statements/tasks/select-task-by-id.ts';
import { selectTasks } from './statements/tasks/select-tasks.ts';

/** Executions as the tasks of queues, in SQL. */
export function createSqlTaskStore(session: SqlSession): TaskStore {
  return {
    getTask: async (id) =>
      isUuid(id) ? await session.one<TaskRecord>(selectTaskById, { id }) : null,
    listTasks: (filter, page, rowsMax) => list(session, filter, page, rowsMax),
    countTasks: (queues, cap) => count(session, queues, cap),
    cancelUnstarted: (ids) => cancel(session, ids),
    makeTasksDue: (ids) => session.call<Wakeup>(makeTasksDue, { ids: distinctUuids(ids) }),
    deleteTasks: async (ids) => {
      const rows = await session.call<{ id: string }>(deleteExecutions, {
        ids: distinctUuids(ids),
      });
      return rows.map(({ id }) => id).sort();
    },
  };
}

async function list(
  session: SqlSession,
  { state, ...filter }: TaskFilter,
  page: PageRequest,
  rowsMax?: number,
): Promise<LookedPage<TaskSummary>> {
  if (isEndedState(state)) {
    const { statuses, isArchived } = endedTasks(state);
    const request = { page, isArchived, ...(rowsMax !== undefined && { rowsMax }) };
    const found = await queryExecutions(session, { ...request, filter: { ...filter, statuses } });
    const entries = found.entries.map((entry) => ({ ...entry, workerId: null, state }));
    return { ...found, entries };
  }
  const document = toListDocument(filter, page);
  const rows = await session.call<Omit<TaskSummary, 'state'>>(
    selectTasks(state, document),
    document,
  );
  const tasks = rows.map((row) => ({ ...row, state }));
  return asLooked(toPage(tasks, page.limit, toIdKey));
}

async function count(
  session: SqlSession,
  queues: readonly string[] | null,
  cap: number,
): Promise<TaskCount[]> {
  const rows = await session.call<TaskCount>(countTasks, { cap });
  const wanted = queues === null ? null : new Set(queues.map(toStorableText));
  return sumTaskCounts(
    rows.filter(({ queue }) => wanted === null || wanted.has(queue)),
    cap,
  );
}

async function cancel(session: SqlSession, ids: readonly string[]): Promise<Cancellation> {
  const wakeups = await session.call<Wakeup>(cancelUnstarted, { ids: distinctUuids(ids) });
  return { cancelled: wakeups.map(({ executionId }) => executionId).sort(), wakeups };
}
