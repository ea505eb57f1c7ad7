import type { Wakeup } from '../../ports/store/execution-store.ts';
import type { RunnableCount, SweepStore } from '../../ports/store/sweep-store.ts';
import type { SqlSession } from './sql-session.ts';
import { countRunnable } from './statements/sweeps/count-runnable.ts';
import { markAllUnsent } from './statements/sweeps/mark-all-unsent.ts';
import { nextDueTime } from './statements/sweeps/next-due-time.ts';
import { queueUnsent } from './statements/sweeps/queue-unsent.ts';
import { recoverOrphans } from './statements/sweeps/recover-orphans.ts';
import { requeueOldest } from './statements/sweeps/requeue-oldest.ts';
import { wakeDue } from './statements/sweeps/wake-due.ts';

/** The sweeper's operations in SQL. */
export function createSqlSweepStore(session: SqlSession): SweepStore {
  return {
    wakeDue: (limit) => session.call<Wakeup>(wakeDue, { limit }),
    recoverOrphans: (limit, expiredMs = 0) =>
      session.call<Wakeup>(recoverOrphans, { limit, expiredMs }),
    queueUnsent: (limit) => session.call<Wakeup>(queueUnsent, { limit }),
    requeueOldest: (queue, limit, graceMs) =>
      session.call<Wakeup>(requeueOldest, { queue, limit, graceMs }),
    markAllUnsent: () => session.count(markAllUnsent, {}),
    countRunnable: (cap) => session.call<RunnableCount>(countRunnable, { cap }),
    nextDueMs: async () => (await session.one<{ ms: number }>(nextDueTime, {}))?.ms ?? null,
  };
}
