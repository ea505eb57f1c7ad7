/** What is ahead, in SQL. */
import {
  matchWithinMs,
  type QueueWait,
  taskMissedMs,
  type WorkAhead,
  type WorkStore,
} from '../../ports/work-store.ts';
import type { SqlSession } from './sql-session.ts';
import { oldestRunnable } from './statements/sweeps/oldest-runnable.ts';
import { workAhead } from './statements/sweeps/work-ahead.ts';

const idle: WorkAhead = Object.freeze({ busy: false, nextDueMs: null });

/** The part of the store that tells what work there is. */
export function sqlWorkStore(session: SqlSession): WorkStore {
  return {
    workAhead: async () => {
      const ahead = await session.one<WorkAhead>(workAhead, { matchWithinMs, taskMissedMs });
      // Behind what a queue has now, its sleepers are not looked for.
      return ahead?.busy ? { busy: true, nextDueMs: null } : (ahead ?? idle);
    },
    oldestRunnable: () => session.call<QueueWait>(oldestRunnable),
  };
}
