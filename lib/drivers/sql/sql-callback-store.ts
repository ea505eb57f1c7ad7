import type { ActivityStore } from '../../ports/store/activity-store.ts';
import type { MessageStore } from '../../ports/store/message-store.ts';
import type { SignalStore } from '../../ports/store/signal-store.ts';
import { createSqlActivityStore } from './sql-activity-store.ts';
import { createSqlMessageStore } from './sql-message-store.ts';
import type { SqlSession } from './sql-session.ts';
import { createSqlSignalStore } from './sql-signal-store.ts';

/** What reaches executions from outside, in SQL: signals, messages and the work of activities. */
export function createSqlCallbackStore(
  session: SqlSession,
): SignalStore & MessageStore & ActivityStore {
  return {
    ...createSqlSignalStore(session),
    ...createSqlMessageStore(session),
    ...createSqlActivityStore(session),
  };
}
