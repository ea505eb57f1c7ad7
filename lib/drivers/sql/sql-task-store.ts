/** Executions as tasks, in SQL. */
import type { Wakeup } from '../../ports/execution-store.ts';
import {
  type Cancellation,
  type TaskCount,
  type TaskRecord,
  type TaskStore,
  totalsOf,
} from '../../ports/task-store.ts';
import { distinctUuids, isUuid, storableText } from '../shared/storable.ts';
import { listTaskPage } from './sql-execution-lists.ts';
import type { SqlSession } from './sql-session.ts';
import { abortUnstarted } from './statements/executions/abort-unstarted.ts';
import { countTasks } from './statements/tasks/count-tasks.ts';
import { deleteTasks } from './statements/tasks/delete-tasks.ts';
import { getTask } from './statements/tasks/get-task.ts';
import { hurryTasks } from './statements/tasks/hurry-tasks.ts';

/** The part of the store that knows tasks. */
export function sqlTaskStore(session: SqlSession): TaskStore {
  return {
    getTask: async (id) => (isUuid(id) ? await session.one<TaskRecord>(getTask, { id }) : null),
    listTasks: (filter, page) => listTaskPage(session, filter, page),
    countTasks: (queues, cap) => count(session, queues, cap),
    abortUnstarted: (ids) => cancel(session, ids),
    hurryTasks: (ids) => session.call<Wakeup>(hurryTasks, { ids: distinctUuids(ids) }),
    deleteTasks: async (ids) => {
      const rows = await session.call<{ id: string }>(deleteTasks, { ids: distinctUuids(ids) });
      return rows.map(({ id }) => id).sort();
    },
  };
}

async function count(
  session: SqlSession,
  queues: readonly string[] | null,
  cap: number,
): Promise<TaskCount[]> {
  const rows = await session.call<TaskCount>(countTasks, { cap });
  const wanted = queues === null ? null : new Set(queues.map(storableText));
  return totalsOf(
    rows.filter(({ queue }) => wanted === null || wanted.has(queue)),
    cap,
  );
}

async function cancel(session: SqlSession, ids: readonly string[]): Promise<Cancellation> {
  const wakeups = await session.call<Wakeup>(abortUnstarted, { ids: distinctUuids(ids) });
  return { cancelled: wakeups.map(({ executionId }) => executionId).sort(), wakeups };
}
