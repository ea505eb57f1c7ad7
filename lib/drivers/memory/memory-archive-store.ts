import type {
  ArchiveEntry,
  ArchiveFilter,
  ArchiveOrder,
  ArchiveStore,
  ArchiveSummary,
} from '../../ports/store/archive-store.ts';
import type { MachineVersions, Wakeup } from '../../ports/store/execution-store.ts';
import type { PageRequest } from '../../ports/store/page.ts';
import { parsePageStart, toPage } from '../shared/keyset-pages.ts';
import { toStorableText } from '../shared/storable.ts';
import { addEntry } from './archive-rows.ts';
import { markSent, reopen } from './execution-rows.ts';
import { type MemoryTables, sortedBy } from './memory-tables.ts';

/** The archive of dead letters in memory. */
export function createMemoryArchiveStore(tables: MemoryTables): ArchiveStore {
  return {
    archive: async (entries) => entries.filter((entry) => addEntry(tables, entry)).length,
    getArchived: async (taskId) => {
      const entry = tables.archive.get(toStorableText(taskId));
      return entry === undefined ? null : { ...entry };
    },
    listArchive: async (filter, page, order) => list(tables, filter, page, order),
    countArchive: async (filter, cap = Infinity) =>
      Math.min(cap, findEntries(tables, filter).length),
    summarizeArchive: async (limit) => summarize(tables, limit),
    redriveArchived: async (filter, limit, versions) => redrive(tables, filter, limit, versions),
    deleteArchived: async (filter, limit) => {
      const entries = findEntries(tables, filter).slice(0, limit);
      for (const { taskId } of entries) tables.archive.delete(taskId);
      return entries.length;
    },
  };
}

/** Returns the entries that match, oldest first. */
function findEntries({ archive, executions }: MemoryTables, filter: ArchiveFilter): ArchiveEntry[] {
  const same = (wanted: string | undefined, found: string | null) =>
    wanted === undefined || toStorableText(wanted) === found;
  const { archivedFrom = -Infinity, archivedBefore = Infinity } = filter;
  const labels = Object.entries(filter.labels ?? {});
  const ids = filter.taskIds === undefined ? null : new Set(filter.taskIds.map(toStorableText));
  const entries = [...archive.values()].filter(
    (entry) =>
      (ids === null || ids.has(entry.taskId)) &&
      same(filter.queue, entry.queue) &&
      same(filter.machineId, entry.machineId) &&
      same(filter.batchId, entry.batchId) &&
      same(filter.error, entry.error) &&
      labels.every(([key, value]) => executions.get(entry.taskId)?.labels?.[key] === value) &&
      entry.archivedAt >= archivedFrom &&
      entry.archivedAt < archivedBefore,
  );
  return sortedBy(
    sortedBy(entries, ({ taskId }) => taskId),
    ({ archivedAt }) => archivedAt,
  );
}

function list(
  tables: MemoryTables,
  filter: ArchiveFilter,
  page: PageRequest,
  order: ArchiveOrder = 'newestFirst',
) {
  const start = parsePageStart(page);
  const oldestFirst = findEntries(tables, filter);
  const entries = (order === 'oldestFirst' ? oldestFirst : oldestFirst.reverse())
    .filter((entry) => {
      if (start === null) return true;
      const isOlder =
        entry.archivedAt < start.at || (entry.archivedAt === start.at && entry.taskId < start.id);
      const isStart = entry.archivedAt === start.at && entry.taskId === start.id;
      return order === 'oldestFirst' ? !isOlder && !isStart : isOlder;
    })
    .slice(0, page.limit + 1)
    .map((entry) => ({ ...entry }));
  return toPage(entries, page.limit, ({ archivedAt, taskId }) => ({ at: archivedAt, id: taskId }));
}

function summarize({ archive }: MemoryTables, limit: number): ArchiveSummary {
  const groups = Map.groupBy(archive.values(), ({ error, machineId, queue }) =>
    // As in SQL, NULL comes after all texts.
    [error ?? '\u{10FFFF}', machineId ?? '\u{10FFFF}', queue].join('\n'),
  );
  const rows = [...groups].flatMap(([key, entries]) => {
    const [entry] = entries;
    if (entry === undefined) return [];
    const { error, machineId, queue } = entry;
    return [{ key, row: { error, machineId, queue, count: entries.length } }];
  });
  const byKey = sortedBy(rows, ({ key }) => key);
  return {
    total: archive.size,
    isMinimum: false,
    rows: sortedBy(byKey, ({ row }) => -row.count)
      .slice(0, limit)
      .map(({ row }) => row),
  };
}

function redrive(
  tables: MemoryTables,
  filter: ArchiveFilter,
  limit: number,
  versions?: MachineVersions,
): Wakeup[] {
  const taken = findEntries(tables, filter).filter(({ executionId }) => executionId !== null);
  return taken.slice(0, limit).flatMap((entry) => {
    tables.archive.delete(entry.taskId);
    const row = tables.executions.get(entry.taskId);
    if (row === undefined) return [];
    if (row.endedAt !== null) return reopen(tables, row, versions);
    if (row.workerId !== null) return [];
    row.attempts = 0;
    row.stalls = 0;
    return [markSent(tables, row)];
  });
}
