import type {
  ArchiveEntry,
  ArchiveFilter,
  ArchiveOrder,
  ArchiveStore,
  ArchiveSummary,
  ArchiveTotal,
  NewArchiveEntry,
} from '../../ports/store/archive-store.ts';
import type { Wakeup } from '../../ports/store/execution-store.ts';
import type { Page, PageRequest } from '../../ports/store/page.ts';
import { parsePageStart, toPage } from '../shared/keyset-pages.ts';
import { isUuid, toStorableDocument, toStorableText } from '../shared/storable.ts';
import type { SqlSession } from './sql-session.ts';
import { countArchive } from './statements/archive/count-archive.ts';
import { deleteArchiveEntries } from './statements/archive/delete-archive-entries.ts';
import { insertArchiveEntries } from './statements/archive/insert-archive-entries.ts';
import { redriveArchiveEntries } from './statements/archive/redrive-archive-entries.ts';
import { selectArchive } from './statements/archive/select-archive.ts';
import { sumArchiveTotals } from './statements/archive/sum-archive-totals.ts';

/** The archive of dead letters in SQL. */
export function createSqlArchiveStore(session: SqlSession): ArchiveStore {
  return {
    archive: (entries) => record(session, entries),
    getArchived: async (taskId) =>
      (await list(session, { taskIds: [taskId] }, { limit: 1 })).entries[0] ?? null,
    listArchive: (filter, page, order) => list(session, filter, page, order),
    countArchive: (filter, cap) => {
      const fields = { ...toStorableFilter(filter), cap: cap ?? null };
      return session.count(countArchive(fields), fields);
    },
    summarizeArchive: (limit) => summarize(session, limit),
    redriveArchived: (filter, limit, versions = {}) => {
      const fields = { ...toStorableFilter(filter), limit };
      return session.call<Wakeup>(redriveArchiveEntries(fields), { ...fields, versions });
    },
    deleteArchived: async (filter, limit) => {
      const fields = { ...toStorableFilter(filter), limit };
      return (await session.call(deleteArchiveEntries(fields), fields)).length;
    },
  };
}

async function record(session: SqlSession, entries: readonly NewArchiveEntry[]): Promise<number> {
  if (entries.length === 0) return 0;
  const rows = await session.call(insertArchiveEntries, {
    entries: entries.map((entry) => ({
      ...entry,
      taskId: toStorableText(entry.taskId),
      body: toStorableDocument(entry.body),
      reason: toStorableText(entry.reason),
      sentAt: Math.floor(entry.sentAt),
      executionId: isUuid(entry.taskId) ? entry.taskId : null,
    })),
  });
  return rows.length;
}

async function summarize(session: SqlSession, limit: number): Promise<ArchiveSummary> {
  type Row = ArchiveTotal & { readonly total: number; readonly read: number };
  const found = await session.call<Row>(sumArchiveTotals, { limit, rowsMax: totalRowsMax });
  const [first] = found;
  return {
    total: first?.total ?? 0,
    isMinimum: (first?.read ?? 0) >= totalRowsMax,
    rows: found.map(({ total: _t, read: _r, ...row }) => row),
  };
}

/** Maximum number of totals that a summary reads: names of errors are users' texts. */
const totalRowsMax = 100_000;

async function list(
  session: SqlSession,
  filter: ArchiveFilter,
  page: PageRequest,
  order: ArchiveOrder = 'newestFirst',
): Promise<Page<ArchiveEntry>> {
  const start = parsePageStart(page);
  const fields = {
    ...toStorableFilter(filter),
    afterId: start?.id ?? null,
    afterAt: start?.at ?? null,
    limit: page.limit + 1,
  };
  const rows = await session.call<ArchiveEntry>(selectArchive(fields, order), fields);
  return toPage(rows, page.limit, ({ archivedAt, taskId }) => ({ at: archivedAt, id: taskId }));
}

function toStorableFilter(filter: ArchiveFilter) {
  const { taskIds, queue, machineId, batchId, error, archivedFrom, archivedBefore } = filter;
  const { labels = {} } = filter;
  const text = (value: string | undefined) => (value === undefined ? null : toStorableText(value));
  return {
    taskIds: taskIds?.map(toStorableText) ?? null,
    queue: text(queue),
    machineId: text(machineId),
    batchId: text(batchId),
    error: text(error),
    archivedFrom: archivedFrom ?? null,
    archivedBefore: archivedBefore ?? null,
    labels: Object.keys(labels).length === 0 ? null : labels,
  };
}
