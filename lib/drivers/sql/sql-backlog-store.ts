import {
  type BacklogStore,
  matchWithinMs,
  type QueueWait,
  taskMissedMs,
  type WorkAhead,
} from '../../ports/store/backlog-store.ts';
import type { SqlSession } from './sql-session.ts';
import { oldestRunnable } from './statements/sweeps/oldest-runnable.ts';
import { workAhead } from './statements/sweeps/work-ahead.ts';

const idle: WorkAhead = Object.freeze({ busy: false, nextDueMs: null });

/** Reports of the work ahead, in SQL. */
export function createSqlBacklogStore(session: SqlSession): BacklogStore {
  return {
    workAhead: async () => {
      const ahead = await session.one<WorkAhead>(workAhead, { matchWithinMs, taskMissedMs });
      // Of a busy store, the time of the next sleeper is not exact.
      return ahead?.busy ? { busy: true, nextDueMs: null } : (ahead ?? idle);
    },
    listQueueWaits: () => session.call<QueueWait>(oldestRunnable),
  };
}
