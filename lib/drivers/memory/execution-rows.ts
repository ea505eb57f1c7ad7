/** Operations on rows of executions that several parts of the memory store share. */
import { isEnd } from '../../engine/status.ts';
import type {
  ExecutionRecord,
  ExecutionSummary,
  MachineVersions,
  Wakeup,
} from '../../ports/store/execution-store.ts';
import { type ExecutionRow, heldBackAt, type MemoryTables } from './memory-tables.ts';

/** Returns the rows of the known ids, each once. */
export function findRows(tables: MemoryTables, ids: readonly string[]): ExecutionRow[] {
  return [...new Set(ids)].flatMap((id) => tables.executions.get(id) ?? []);
}

/** Records that the caller sends a task for the execution now. */
export function markSent(tables: MemoryTables, row: ExecutionRow): Wakeup {
  row.dueAt = null;
  row.sentAt = tables.now();
  return { executionId: row.id, queue: row.queue, batchId: row.batchId };
}

/**
 * Makes an execution that ended without success PENDING_REDRIVE and runnable, and returns its task.
 * Does nothing to others.
 */
export function reopen(
  tables: MemoryTables,
  row: ExecutionRow,
  versions: MachineVersions = {},
): Wakeup[] {
  if (!isEnd(row.status) || row.status === 'SUCCEEDED') return [];
  tables.changeStatus(row, 'PENDING_REDRIVE');
  if (Object.hasOwn(versions, row.machineId)) {
    row.machineVersion = versions[row.machineId] ?? row.machineVersion;
  }
  row.fence += 1;
  row.attempts = 0;
  row.stalls = 0;
  row.abortRequested = false;
  row.uniqueKey = null;
  row.deadlineAt = null;
  row.error = null;
  row.cause = null;
  row.failedState = null;
  row.stopError = null;
  row.stopCause = null;
  row.redrives += 1;
  row.redrivenAt = tables.now();
  return [markSent(tables, row)];
}

/** True when the execution has signals that it has not seen. */
export function hasUnseenSignals({ signalsSent, signalsSeen }: ExecutionRow): boolean {
  return signalsSent > signalsSeen;
}

/** Converts a row to a list entry. */
export function toExecutionSummary(row: ExecutionRow): ExecutionSummary {
  return {
    id: row.id,
    machineId: row.machineId,
    machineVersion: row.machineVersion,
    name: row.name,
    status: row.status,
    queue: row.queue,
    batchId: row.batchId,
    batchIndex: row.batchIndex,
    attempts: row.attempts,
    stalls: row.stalls,
    error: row.error,
    cause: row.cause,
    createdAt: row.createdAt,
    startedAt: row.startedAt,
    endedAt: row.endedAt,
    dueAt: row.dueAt === null || row.dueAt >= heldBackAt ? null : row.dueAt,
    ...(row.labels !== undefined && { labels: row.labels }),
  };
}

/** Converts a row to a record. */
export function toExecutionRecord(row: ExecutionRow): ExecutionRecord {
  return {
    ...toExecutionSummary(row),
    input: row.input,
    output: row.output,
    snapshot: row.snapshot,
    workerId: row.workerId,
    fence: row.fence,
    replyTo: row.replyTo,
    timeoutMs: row.timeoutMs,
    deadlineAt: row.deadlineAt,
    retentionMs: row.retentionMs,
    uniqueKey: row.uniqueKey,
    versionNumber: row.versionNumber,
    alias: row.alias,
    traceHeader: row.traceHeader,
    mockCase: row.mockCase,
    redrives: row.redrives,
    redrivenAt: row.redrivenAt,
    stopError: row.stopError,
    stopCause: row.stopCause,
  };
}
