/** Executions in memory: leases, what the sweep takes, aborts and redrives. */
import { isEnd } from '../../engine/status.ts';
import type {
  ExecutionStore,
  HeartbeatReply,
  RunnableCount,
  Wakeup,
} from '../../ports/execution-store.ts';
import { storableDocument } from '../shared/storable.ts';
import {
  type ExecutionRow,
  hasUnseen,
  type MemoryTables,
  sortedBy,
  wakeupOf,
} from './memory-store-tables.ts';

type Sweeps = Pick<
  ExecutionStore,
  | 'heartbeat'
  | 'endLease'
  | 'wakeDue'
  | 'recoverOrphans'
  | 'takeUnsent'
  | 'takeOldest'
  | 'forgetSent'
  | 'countRunnable'
  | 'nextDueMs'
  | 'requestAbort'
  | 'redriveExecutions'
>;

/** The part of the execution store that leases and sweeps. */
export function memoryExecutionSweeps(tables: MemoryTables): Sweeps {
  return {
    heartbeat: async (workerId, leaseMs, about) => {
      tables.renewLease(workerId, leaseMs, about === undefined ? null : storableDocument(about));
      return heartbeatReply(tables, workerId);
    },
    endLease: async (workerId) => {
      tables.leases.delete(workerId);
    },
    wakeDue: async (limit) => wakeDue(tables, limit),
    recoverOrphans: async (limit) => recoverOrphans(tables, limit),
    takeUnsent: async (limit) => takeUnsent(tables, limit),
    takeOldest: async (queue, limit, graceMs) => takeOldest(tables, queue, limit, graceMs),
    forgetSent: async () => forgetSent(tables),
    countRunnable: async (cap) => countRunnable(tables, cap),
    nextDueMs: async () => {
      const next = sleepers(tables)[0]?.dueAt ?? Infinity;
      return next === Infinity ? null : Math.max(0, next - tables.now());
    },
    requestAbort: async (ids) => requestAbort(tables, ids),
    redriveExecutions: async (ids) =>
      distinctRows(tables, ids).flatMap((row) => reopen(tables, row)),
  };
}

function heartbeatReply(tables: MemoryTables, workerId: string): HeartbeatReply {
  const held = [...tables.open].filter((row) => row.workerId === workerId);
  const idsOf = (rows: readonly ExecutionRow[]) => rows.map(({ id }) => id).sort();
  return {
    abortRequested: idsOf(held.filter(({ abortRequested }) => abortRequested)),
    signalled: idsOf(held.filter(hasUnseen)),
  };
}

/**
 * Makes an execution that ended without success PENDING_REDRIVE and runnable; answers its task, if
 * it was one.
 */
export function reopen(tables: MemoryTables, row: ExecutionRow): Wakeup[] {
  if (!isEnd(row.status) || row.status === 'SUCCEEDED') return [];
  tables.changeStatus(row, 'PENDING_REDRIVE');
  row.fence += 1;
  row.attempts = 0;
  row.stalls = 0;
  row.abortRequested = false;
  row.uniqueKey = null;
  row.deadlineAt = null;
  row.error = null;
  row.cause = null;
  return [send(tables, row)];
}

/** Notes that the caller sends a task for it now. */
export function send(tables: MemoryTables, row: ExecutionRow): Wakeup {
  row.dueAt = null;
  row.sentAt = tables.now();
  return wakeupOf(row);
}

/** Those without a task of their own, earliest first. */
function sleepers({ open }: MemoryTables): ExecutionRow[] {
  const sleeping = [...open].filter(({ dueAt, sentAt }) => dueAt !== null && sentAt === null);
  return sortedBy(sleeping, ({ dueAt }) => dueAt ?? Infinity);
}

function wakeDue(tables: MemoryTables, limit: number): Wakeup[] {
  const due = sleepers(tables).filter(({ dueAt }) => dueAt !== null && dueAt <= tables.now());
  return due.slice(0, limit).map((row) => send(tables, row));
}

function recoverOrphans(tables: MemoryTables, limit: number): Wakeup[] {
  const orphans = [...tables.open].filter(
    (row) => row.workerId !== null && tables.leaseMsLeft(row) === 0,
  );
  return orphans.slice(0, limit).map((row) => {
    row.workerId = null;
    row.fence += 1;
    row.stalls += 1;
    return send(tables, row);
  });
}

function takeUnsent(tables: MemoryTables, limit: number): Wakeup[] {
  const unsent = [...tables.open].filter(
    ({ workerId, dueAt, sentAt }) => workerId === null && dueAt === null && sentAt === null,
  );
  const oldest = sortedBy(unsent, ({ createdAt }) => createdAt).slice(0, limit);
  return oldest.map((row) => send(tables, row));
}

function forgetSent(tables: MemoryTables): number {
  const sent = [...tables.open].filter(({ sentAt }) => sentAt !== null);
  for (const row of sent) row.sentAt = null;
  return sent.length;
}

function takeOldest(tables: MemoryTables, queue: string, limit: number, graceMs: number): Wakeup[] {
  const before = tables.now() - graceMs;
  const sent = [...tables.open].filter(
    (row) => row.queue === queue && row.sentAt !== null && row.sentAt <= before,
  );
  const oldest = sortedBy(sent, ({ sentAt }) => sentAt ?? 0).slice(0, limit);
  return oldest.map((row) => send(tables, row));
}

function countRunnable(tables: MemoryTables, cap: number): RunnableCount[] {
  const counts = new Map<string, Record<'runnable' | 'sleeping' | 'held', number>>();
  for (const { queue, workerId, sentAt } of tables.open) {
    if (workerId === null && sentAt === null) continue;
    const count = counts.get(queue) ?? { runnable: 0, sleeping: 0, held: 0 };
    counts.set(queue, count);
    const due = sentAt !== null && sentAt <= tables.now();
    const kind = workerId !== null ? 'held' : due ? 'runnable' : 'sleeping';
    count[kind] = Math.min(cap, count[kind] + 1);
  }
  return sortedBy(counts, ([queue]) => queue).map(([queue, count]) => ({ queue, ...count }));
}

function requestAbort(tables: MemoryTables, ids: readonly string[]): Wakeup[] {
  return distinctRows(tables, ids).flatMap((row) => {
    if (row.endedAt !== null) return [];
    row.abortRequested = true;
    return row.workerId === null ? [send(tables, row)] : [];
  });
}

/** The rows of `ids` that are known, each once. */
export function distinctRows(tables: MemoryTables, ids: readonly string[]): ExecutionRow[] {
  return [...new Set(ids)].flatMap((id) => tables.executions.get(id) ?? []);
}
