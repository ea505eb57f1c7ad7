/** The archive in SQL. */
import type {
  ArchiveEntry,
  ArchiveFilter,
  ArchiveStore,
  NewArchiveEntry,
} from '../../ports/archive-store.ts';
import type { Wakeup } from '../../ports/execution-store.ts';
import { type Page, type PageRequest, pageOf, pageStart } from '../../ports/page.ts';
import { isUuid, storableDocument, storableText } from '../shared/storable.ts';
import type { SqlSession } from './sql-session.ts';
import { archiveTasks } from './statements/archive/archive-tasks.ts';
import { countArchive } from './statements/archive/count-archive.ts';
import { deleteArchived } from './statements/archive/delete-archived.ts';
import { listArchive } from './statements/archive/list-archive.ts';
import { redriveArchived } from './statements/archive/redrive-archived.ts';

/** The part of the store that keeps dead letters. */
export function sqlArchiveStore(session: SqlSession): ArchiveStore {
  return {
    archive: (entries) => record(session, entries),
    getArchived: async (taskId) =>
      (await list(session, { taskIds: [taskId] }, { limit: 1 })).entries[0] ?? null,
    listArchive: (filter, page) => list(session, filter, page),
    countArchive: async (filter) => {
      const fields = storableFilter(filter);
      return (await session.one<{ count: number }>(countArchive(fields), fields))?.count ?? 0;
    },
    redriveArchived: (filter, limit) => {
      const fields = { ...storableFilter(filter), limit };
      return session.call<Wakeup>(redriveArchived(fields), fields);
    },
    deleteArchived: async (filter, limit) => {
      const fields = { ...storableFilter(filter), limit };
      return (await session.call(deleteArchived(fields), fields)).length;
    },
  };
}

async function record(session: SqlSession, entries: readonly NewArchiveEntry[]): Promise<number> {
  if (entries.length === 0) return 0;
  const rows = await session.call(archiveTasks, {
    entries: entries.map((entry) => ({
      ...entry,
      taskId: storableText(entry.taskId),
      body: storableDocument(entry.body),
      reason: storableText(entry.reason),
      sentAt: Math.floor(entry.sentAt),
      executionId: isUuid(entry.taskId) ? entry.taskId : null,
    })),
  });
  return rows.length;
}

async function list(
  session: SqlSession,
  filter: ArchiveFilter,
  page: PageRequest,
): Promise<Page<ArchiveEntry>> {
  const start = pageStart(page);
  const fields = {
    ...storableFilter(filter),
    afterId: start?.id ?? null,
    afterAt: start?.at ?? null,
    limit: page.limit + 1,
  };
  const rows = await session.call<ArchiveEntry>(listArchive(fields), fields);
  return pageOf(rows, page.limit, ({ archivedAt, taskId }) => ({ at: archivedAt, id: taskId }));
}

function storableFilter(filter: ArchiveFilter) {
  const { taskIds, queue, machineId, batchId, error, archivedFrom, archivedBefore } = filter;
  const text = (value: string | undefined) => (value === undefined ? null : storableText(value));
  return {
    taskIds: taskIds?.map(storableText) ?? null,
    queue: text(queue),
    machineId: text(machineId),
    batchId: text(batchId),
    error: text(error),
    archivedFrom: archivedFrom ?? null,
    archivedBefore: archivedBefore ?? null,
  };
}
