import type { OperatorStore } from '../../../ports/store/operator-store.ts';
import { createMemoryChangeQueries } from '../changes/memory-change-queries.ts';
import type { MemoryTables } from '../memory-tables.ts';
import { createMemoryResultStore } from '../results/memory-result-store.ts';
import { createMemoryScheduleStore } from '../triggers/memory-schedule-store.ts';
import { createMemoryAlertStore } from './memory-alert-store.ts';
import { createMemoryOrderStore } from './memory-order-store.ts';
import { createMemoryWebhookStore } from './memory-webhook-store.ts';

/** Orders, alerts, webhooks, files of results, schedules, and what has changed, in memory. */
export function createMemoryOperatorStore(tables: MemoryTables): OperatorStore {
  return {
    ...createMemoryOrderStore(tables),
    ...createMemoryAlertStore(tables),
    ...createMemoryWebhookStore(tables),
    ...createMemoryResultStore(tables),
    ...createMemoryChangeQueries(tables),
    ...createMemoryScheduleStore(tables),
  };
}
