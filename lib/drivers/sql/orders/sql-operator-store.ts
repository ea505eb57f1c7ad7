import type { OperatorStore } from '../../../ports/store/operator-store.ts';
import { createSqlChangeQueries } from '../changes/sql-change-queries.ts';
import { createSqlResultStore } from '../results/sql-result-store.ts';
import type { SqlSession } from '../sql-session.ts';
import { createSqlScheduleStore } from '../triggers/sql-schedule-store.ts';
import { createSqlAlertStore } from './sql-alert-store.ts';
import { createSqlOrderStore } from './sql-order-store.ts';
import { createSqlWebhookStore } from './sql-webhook-store.ts';

/** Orders, alerts, webhooks, files of results, schedules, and what has changed, in SQL. */
export function createSqlOperatorStore(session: SqlSession): OperatorStore {
  return {
    ...createSqlOrderStore(session),
    ...createSqlAlertStore(session),
    ...createSqlWebhookStore(session),
    ...createSqlResultStore(session),
    ...createSqlChangeQueries(session),
    ...createSqlScheduleStore(session),
  };
}
