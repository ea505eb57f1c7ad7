import {
  type BacklogStore,
  matchWithinMs,
  type QueueWait,
  taskMissedMs,
} from '../../ports/store/backlog-store.ts';
import {
  correlationKey,
  type ExecutionRow,
  heldBackAt,
  type MemoryTables,
  sortedBy,
} from './memory-tables.ts';

/** Reports of the work ahead, in memory. */
export function createMemoryBacklogStore(tables: MemoryTables): BacklogStore {
  return {
    workAhead: async () => {
      const busy = isBusy(tables);
      return { busy, nextDueMs: busy ? null : nextDueMs(tables) };
    },
    listQueueWaits: async () => listQueueWaits(tables),
  };
}

function isBusy(tables: MemoryTables): boolean {
  return (
    [...tables.open].some((row) => needsAttention(tables, row)) ||
    tables.notices.length > 0 ||
    hasBatchToLead(tables) ||
    tables.permits.hasWaits ||
    [...tables.orders.values()].some(({ status }) => status === 'RUNNING') ||
    [...tables.deliveries.values()].some(({ dueAt }) => dueAt <= tables.now()) ||
    [...tables.resultFiles.values()].some(
      ({ status, dueAt }) => status === 'PENDING' && dueAt <= tables.now(),
    ) ||
    hasUnusedMessage(tables) ||
    hasMatch(tables) ||
    hasLeftPermit(tables)
  );
}

/** True when the execution is held by a worker, never sent, due, or held back for no reason. */
function needsAttention(tables: MemoryTables, row: ExecutionRow): boolean {
  const { workerId, dueAt, sentAt } = row;
  const now = tables.now();
  if (dueAt === heldBackAt) return !tables.isOnHold(row);
  return workerId !== null || (sentAt ?? dueAt ?? now) <= now;
}

function hasBatchToLead(tables: MemoryTables): boolean {
  return [...tables.batches.values()].some((row) => {
    const { status, machineId, sourceDone, abortReason, memory, onHold } = row;
    if (status !== 'RUNNING') return tables.isPausedAndDone(row);
    const isStopping = (memory !== null && machineId.includes('/')) || onHold;
    return !sourceDone || abortReason !== null || isStopping || tables.countOpen(row) === 0;
  });
}

/** True when `returnMessages` would put a message back. */
function hasUnusedMessage(tables: MemoryTables): boolean {
  return [...tables.signals].some(([executionId, signals]) => {
    const row = tables.executions.get(executionId);
    const seen = row?.status === 'RUNNING' ? row.signalsSeen : Infinity;
    return row !== undefined && signals.some(({ id, message }) => message && id <= seen);
  });
}

/** True when a message and its waiter have not been matched, and one of them arrived recently. */
function hasMatch(tables: MemoryTables): boolean {
  const from = tables.now() - matchWithinMs;
  const waiters = [...tables.waiters.values()].filter(
    ({ executionId }) => tables.executions.get(executionId)?.status === 'RUNNING',
  );
  const alive = [...tables.messages.values()].filter(({ expiresAt }) => expiresAt > tables.now());
  return alive.some((message) =>
    waiters.some(
      (waiter) =>
        correlationKey(waiter) === correlationKey(message) &&
        (message.storedAt >= from || waiter.since >= from),
    ),
  );
}

/** True when a permit is that of an execution that has ended or is gone: a sweep takes it back. */
function hasLeftPermit({ permits, executions }: MemoryTables): boolean {
  return permits.listPermits().some(({ executionId }) => {
    const row = executions.get(executionId);
    return row === undefined || row.endedAt !== null;
  });
}

function nextDueMs(tables: MemoryTables): number | null {
  const now = tables.now();
  const times = [...tables.open].flatMap(({ dueAt, sentAt }) => {
    if (sentAt !== null) return sentAt > now ? [sentAt + taskMissedMs] : [];
    return dueAt === null || dueAt >= heldBackAt ? [] : [dueAt];
  });
  times.push(...[...tables.deliveries.values()].map(({ dueAt }) => dueAt));
  const files = [...tables.resultFiles.values()].filter(({ status }) => status === 'PENDING');
  times.push(...files.map(({ dueAt }) => dueAt));
  return times.length === 0 ? null : Math.max(0, Math.min(...times) - now);
}

function listQueueWaits(tables: MemoryTables): QueueWait[] {
  const oldest = new Map<string, number>();
  for (const { queue, sentAt } of tables.open) {
    if (sentAt === null || sentAt > tables.now()) continue;
    oldest.set(queue, Math.max(oldest.get(queue) ?? 0, tables.now() - sentAt));
  }
  return sortedBy(oldest, ([queue]) => queue).map(([queue, oldestMs]) => ({ queue, oldestMs }));
}
