import {
  matchWithinMs,
  type QueueWait,
  taskMissedMs,
  type WorkAhead,
  type WorkStore,
} from '../../ports/store/backlog-store.ts';
import type { SqlSession } from './sql-session.ts';
import { oldestRunnable } from './statements/sweeps/oldest-runnable.ts';
import { workAhead } from './statements/sweeps/work-ahead.ts';

const idle: WorkAhead = Object.freeze({ busy: false, nextDueMs: null });

/** Reports of the work ahead, in SQL. */
export function sqlWorkStore(session: SqlSession): WorkStore {
  return {
    workAhead: async () => {
      const ahead = await session.one<WorkAhead>(workAhead, { matchWithinMs, taskMissedMs });
      // Of a busy store, the time of the next sleeper is not exact.
      return ahead?.busy ? { busy: true, nextDueMs: null } : (ahead ?? idle);
    },
    oldestRunnable: () => session.call<QueueWait>(oldestRunnable),
  };
}
