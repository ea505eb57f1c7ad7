/**
 * How a task comes into the archive in memory: as a dead letter, or with the end of its execution.
 */
import type { NewArchiveEntry } from '../../ports/archive-store.ts';
import { storableDocument, storableText } from '../shared/storable.ts';
import type { ExecutionRow, MemoryTables } from './memory-store-tables.ts';

/** Adds an entry with what its execution says now; false when the task is there already. */
export function addEntry(
  { archive, executions, now }: MemoryTables,
  entry: NewArchiveEntry,
): boolean {
  const taskId = storableText(entry.taskId);
  if (archive.has(taskId)) return false;
  const row = executions.get(taskId);
  archive.set(taskId, {
    taskId,
    queue: entry.queue,
    body: storableDocument(entry.body),
    reason: storableText(entry.reason),
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

/** Adds an execution that has just ended, or brings its task's earlier entry up to date. */
export function archiveEnded(tables: MemoryTables, row: ExecutionRow, reasonText: string): void {
  const { id: taskId, queue, createdAt: sentAt, error, cause, attempts } = row;
  const reason = storableText(reasonText);
  const entry = tables.archive.get(taskId);
  if (entry === undefined)
    addEntry(tables, { taskId, queue, body: '', reason, deliveries: 0, sentAt });
  else tables.archive.set(taskId, { ...entry, reason, error, cause, attempts });
}
