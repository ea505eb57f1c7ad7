import type { OperatorStore } from '../../../ports/store/operator-store.ts';
import { createSqlChangeQueries } from '../changes/sql-change-queries.ts';
import type { SqlSession } from '../sql-session.ts';
import { createSqlAlertStore } from './sql-alert-store.ts';
import { createSqlOrderStore } from './sql-order-store.ts';
import { createSqlWebhookStore } from './sql-webhook-store.ts';

/** Orders, alerts, webhooks, and what has changed, in SQL. */
export function createSqlOperatorStore(session: SqlSession): OperatorStore {
  return {
    ...createSqlOrderStore(session),
    ...createSqlAlertStore(session),
    ...createSqlWebhookStore(session),
    ...createSqlChangeQueries(session),
  };
}
