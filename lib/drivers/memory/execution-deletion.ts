/** Deletes executions in memory: when their retention is over, or by an operator's command. */
import {
  type ExecutionRow,
  linkKey,
  type MemoryTables,
  nameKey,
  sortedBy,
} from './memory-tables.ts';

/** See `ExecutionStore.pruneExecutions`. */
export function pruneRows(tables: MemoryTables, retentionMs: number, limit: number): number {
  const archived = new Set([...tables.archive.values()].map(({ executionId }) => executionId));
  const overAt = (row: ExecutionRow) =>
    row.endedAt === null ? Infinity : row.endedAt + (row.retentionMs ?? retentionMs);
  const over = [...tables.executions.values()].filter(
    (row) => overAt(row) <= tables.now() && !archived.has(row.id),
  );
  const gone = sortedBy(over, overAt)
    .filter((row) => !isNeeded(tables, row))
    .slice(0, limit);
  for (const row of gone) deleteRow(tables, row);
  return gone.length;
}

/** See `TaskStore.deleteTasks`; `rows` are distinct. */
export function deleteRows(tables: MemoryTables, rows: readonly ExecutionRow[]): string[] {
  // Selected before any is deleted: a link's source keeps its target even if it is deleted too.
  const gone = rows.filter(
    (row) => (row.endedAt !== null || isUnused(row)) && !isNeeded(tables, row),
  );
  for (const row of gone) {
    deleteRow(tables, row);
    tables.archive.delete(row.id);
  }
  return gone.map(({ id }) => id).sort();
}

/** True when it never started, belongs to no batch and no parent waits for it. */
function isUnused({ startedAt, batchId, replyTo }: ExecutionRow): boolean {
  return startedAt === null && batchId === null && replyTo === null;
}

/** True for an open batch's execution, and the target of a link whose source still exists. */
function isNeeded({ batches, executions }: MemoryTables, { batchId, link }: ExecutionRow): boolean {
  const batch = batchId === null ? undefined : batches.get(batchId);
  if (batch !== undefined && batch.endedAt === null) return true;
  return link !== null && executions.has(link.sourceExecutionId);
}

function deleteRow(tables: MemoryTables, row: ExecutionRow): void {
  tables.close(row);
  tables.executions.delete(row.id);
  tables.history.delete(row.id);
  tables.registry.redriveTokens.delete(row.id);
  tables.signals.delete(row.id);
  tables.idByName.delete(nameKey(row.machineId, row.name));
  if (row.link !== null) tables.idByLink.delete(linkKey(row.link, row.machineId));
}
