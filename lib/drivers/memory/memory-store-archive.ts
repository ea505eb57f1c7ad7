/** The archive in memory. */
import type { ArchiveEntry, ArchiveFilter, ArchiveStore } from '../../ports/archive-store.ts';
import type { Wakeup } from '../../ports/execution-store.ts';
import { type PageRequest, pageOf, pageStart } from '../../ports/page.ts';
import { storableText } from '../shared/storable.ts';
import { addEntry } from './memory-store-archiving.ts';
import { reopen, send } from './memory-store-sweeps.ts';
import { type MemoryTables, sortedBy } from './memory-store-tables.ts';

/** The part of the store that keeps dead letters. */
export function memoryArchiveStore(tables: MemoryTables): ArchiveStore {
  return {
    archive: async (entries) => entries.filter((entry) => addEntry(tables, entry)).length,
    getArchived: async (taskId) => {
      const entry = tables.archive.get(storableText(taskId));
      return entry === undefined ? null : { ...entry };
    },
    listArchive: async (filter, page) => list(tables, filter, page),
    countArchive: async (filter) => matching(tables, filter).length,
    redriveArchived: async (filter, limit) => redrive(tables, filter, limit),
    deleteArchived: async (filter, limit) => {
      const doomed = matching(tables, filter).slice(0, limit);
      for (const { taskId } of doomed) tables.archive.delete(taskId);
      return doomed.length;
    },
  };
}

/** Oldest first. */
function matching({ archive }: MemoryTables, filter: ArchiveFilter): ArchiveEntry[] {
  const same = (wanted: string | undefined, found: string | null) =>
    wanted === undefined || storableText(wanted) === found;
  const { archivedFrom = -Infinity, archivedBefore = Infinity } = filter;
  const ids = filter.taskIds === undefined ? null : new Set(filter.taskIds.map(storableText));
  const entries = [...archive.values()].filter(
    (entry) =>
      (ids === null || ids.has(entry.taskId)) &&
      same(filter.queue, entry.queue) &&
      same(filter.machineId, entry.machineId) &&
      same(filter.batchId, entry.batchId) &&
      same(filter.error, entry.error) &&
      entry.archivedAt >= archivedFrom &&
      entry.archivedAt < archivedBefore,
  );
  return sortedBy(
    sortedBy(entries, ({ taskId }) => taskId),
    ({ archivedAt }) => archivedAt,
  );
}

function list(tables: MemoryTables, filter: ArchiveFilter, page: PageRequest) {
  const start = pageStart(page);
  const entries = matching(tables, filter)
    .reverse()
    .filter(
      ({ archivedAt, taskId }) =>
        start === null || archivedAt < start.at || (archivedAt === start.at && taskId < start.id),
    )
    .slice(0, page.limit + 1)
    .map((entry) => ({ ...entry }));
  return pageOf(entries, page.limit, ({ archivedAt, taskId }) => ({ at: archivedAt, id: taskId }));
}

function redrive(tables: MemoryTables, filter: ArchiveFilter, limit: number): Wakeup[] {
  const taken = matching(tables, filter).filter(({ executionId }) => executionId !== null);
  return taken.slice(0, limit).flatMap((entry) => {
    tables.archive.delete(entry.taskId);
    const row = tables.executions.get(entry.taskId);
    if (row === undefined) return [];
    if (row.endedAt !== null) return reopen(tables, row);
    if (row.workerId !== null) return [];
    row.attempts = 0;
    row.stalls = 0;
    return [send(tables, row)];
  });
}
