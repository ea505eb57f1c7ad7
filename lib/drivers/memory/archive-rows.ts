/** Adds tasks to the archive in memory: as dead letters, or with the end of their execution. */
import type { NewArchiveEntry } from '../../ports/store/archive-store.ts';
import { toStorableDocument, toStorableText } from '../shared/storable.ts';
import type { ExecutionRow, MemoryTables } from './memory-tables.ts';

/** Adds an entry with the current state of its execution; false when the task has one already. */
export function addEntry(
  { archive, executions, now }: MemoryTables,
  entry: NewArchiveEntry,
): boolean {
  const taskId = toStorableText(entry.taskId);
  if (archive.has(taskId)) return false;
  const row = executions.get(taskId);
  archive.set(taskId, {
    taskId,
    queue: entry.queue,
    body: toStorableDocument(entry.body),
    reason: toStorableText(entry.reason),
    deliveries: entry.deliveries,
    sentAt: Math.floor(entry.sentAt),
    archivedAt: now(),
    executionId: row?.id ?? null,
    executionName: row?.name ?? null,
    machineId: row?.machineId ?? null,
    batchId: row?.batchId ?? null,
    error: row?.error ?? null,
    cause: row?.cause ?? null,
    attempts: row?.attempts ?? 0,
  });
  return true;
}

/** Adds an entry for an execution that has just ended, or updates its task's earlier entry. */
export function archiveEnded(tables: MemoryTables, row: ExecutionRow, reasonText: string): void {
  const { id: taskId, queue, createdAt: sentAt, error, cause, attempts } = row;
  const reason = toStorableText(reasonText);
  const entry = tables.archive.get(taskId);
  if (entry === undefined)
    addEntry(tables, { taskId, queue, body: '', reason, deliveries: 0, sentAt });
  else tables.archive.set(taskId, { ...entry, reason, error, cause, attempts });
}
