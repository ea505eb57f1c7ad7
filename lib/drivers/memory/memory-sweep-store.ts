import type { Wakeup } from '../../ports/store/execution-store.ts';
import type { RunnableCount, SweepStore } from '../../ports/store/sweep-store.ts';
import { markSent } from './execution-rows.ts';
import { countStall } from './memory-claim-store.ts';
import { type ExecutionRow, heldBackAt, type MemoryTables, sortedBy } from './memory-tables.ts';

/** The sweeper's operations in memory. */
export function createMemorySweepStore(tables: MemoryTables): SweepStore {
  return {
    wakeDue: async (limit) => wakeDue(tables, limit),
    recoverOrphans: async (limit, expiredMs = 0) => recoverOrphans(tables, limit, expiredMs),
    queueUnsent: async (limit) => queueUnsent(tables, limit),
    requeueOldest: async (queue, limit, graceMs) => requeueOldest(tables, queue, limit, graceMs),
    markAllUnsent: async () => markAllUnsent(tables),
    countRunnable: async (cap) => countRunnable(tables, cap),
    nextDueMs: async () => {
      const next = findSleepers(tables)[0]?.dueAt ?? Infinity;
      return next >= heldBackAt ? null : Math.max(0, next - tables.now());
    },
  };
}

/** Returns sleepers that have no task, earliest first. */
function findSleepers({ open }: MemoryTables): ExecutionRow[] {
  const sleeping = [...open].filter(({ dueAt, sentAt }) => dueAt !== null && sentAt === null);
  return sortedBy(sleeping, ({ dueAt }) => dueAt ?? Infinity);
}

function wakeDue(tables: MemoryTables, limit: number): Wakeup[] {
  const due = findSleepers(tables).filter(({ dueAt }) => dueAt !== null && dueAt <= tables.now());
  return due.slice(0, limit).map((row) => markSent(tables, row));
}

function recoverOrphans(tables: MemoryTables, limit: number, expiredMs: number): Wakeup[] {
  const endedBefore = tables.now() - expiredMs;
  const orphans = [...tables.open].filter(({ workerId }) => {
    return workerId !== null && (tables.leases.get(workerId)?.endsAt ?? 0) <= endedBefore;
  });
  return orphans.slice(0, limit).map((row) => {
    row.workerId = null;
    row.fence += 1;
    countStall(row);
    return markSent(tables, row);
  });
}

function queueUnsent(tables: MemoryTables, limit: number): Wakeup[] {
  const unsent = [...tables.open].filter(
    ({ workerId, dueAt, sentAt }) => workerId === null && dueAt === null && sentAt === null,
  );
  const oldest = sortedBy(unsent, ({ createdAt }) => createdAt).slice(0, limit);
  const resumed = [...tables.open].filter(
    (row) => row.dueAt === heldBackAt && !tables.isOnHold(row),
  );
  return [...oldest, ...resumed.slice(0, limit)].map((row) => markSent(tables, row));
}

function requeueOldest(
  tables: MemoryTables,
  queue: string,
  limit: number,
  graceMs: number,
): Wakeup[] {
  const before = tables.now() - graceMs;
  const sent = [...tables.open].filter(
    (row) => row.queue === queue && row.sentAt !== null && row.sentAt <= before,
  );
  const oldest = sortedBy(sent, ({ sentAt }) => sentAt ?? 0).slice(0, limit);
  return oldest.map((row) => markSent(tables, row));
}

function markAllUnsent(tables: MemoryTables): number {
  const sent = [...tables.open].filter(({ sentAt }) => sentAt !== null);
  for (const row of sent) row.sentAt = null;
  return sent.length;
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
