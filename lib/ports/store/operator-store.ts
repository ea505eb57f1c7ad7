import type { AlertStore } from './alert-store.ts';
import type { ChangeQueries } from './change-queries.ts';
import type { OrderStore } from './order-store.ts';
import type { ResultStore } from './results/result-store.ts';
import type { ScheduleStore } from './schedule-store.ts';
import type { WebhookStore } from './webhook-store.ts';

/** What operators order, are alerted of, have written elsewhere, schedule, and follow live. */
export interface OperatorStore
  extends OrderStore,
    AlertStore,
    WebhookStore,
    ResultStore,
    ScheduleStore,
    ChangeQueries {}
