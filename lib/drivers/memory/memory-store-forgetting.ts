/** How executions are deleted in memory: when their retention is over, or by a person's order. */
import {
  type ExecutionRow,
  linkKey,
  type MemoryTables,
  nameKey,
  sortedBy,
} from './memory-store-tables.ts';

/** See {@link ExecutionStore.prune}. */
export function prune(tables: MemoryTables, retentionMs: number, limit: number): number {
  const archived = new Set([...tables.archive.values()].map(({ executionId }) => executionId));
  const overAt = (row: ExecutionRow) =>
    row.endedAt === null ? Infinity : row.endedAt + (row.retentionMs ?? retentionMs);
  const over = [...tables.executions.values()].filter(
    (row) => overAt(row) <= tables.now() && !archived.has(row.id),
  );
  const gone = sortedBy(over, overAt)
    .filter((row) => !isNeeded(tables, row))
    .slice(0, limit);
  for (const row of gone) forget(tables, row);
  return gone.length;
}

/** See {@link TaskStore.deleteTasks}; `rows` are distinct. */
export function deleteRows(tables: MemoryTables, rows: readonly ExecutionRow[]): string[] {
  // Judged before any goes: a link's source that goes too was still there.
  const gone = rows.filter(
    (row) => (row.endedAt !== null || isUntouched(row)) && !isNeeded(tables, row),
  );
  for (const row of gone) {
    forget(tables, row);
    tables.archive.delete(row.id);
  }
  return gone.map(({ id }) => id).sort();
}

/** It never started, no batch counts it and nobody waits for it. */
function isUntouched({ startedAt, batchId, replyTo }: ExecutionRow): boolean {
  return startedAt === null && batchId === null && replyTo === null;
}

/** An open batch's stays, and so does the target of a link whose source is still there. */
function isNeeded({ batches, executions }: MemoryTables, { batchId, link }: ExecutionRow): boolean {
  const batch = batchId === null ? undefined : batches.get(batchId);
  if (batch !== undefined && batch.endedAt === null) return true;
  return link !== null && executions.has(link.sourceExecutionId);
}

function forget(tables: MemoryTables, row: ExecutionRow): void {
  tables.close(row);
  tables.executions.delete(row.id);
  tables.history.delete(row.id);
  tables.signals.delete(row.id);
  tables.idByName.delete(nameKey(row.machineId, row.name));
  if (row.link !== null) tables.idByLink.delete(linkKey(row.link, row.machineId));
}
