import type { LeasedDelivery, WebhookStore } from '../../../ports/store/webhook-store.ts';
import { type DeliveryRow, type MemoryTables, sortedBy } from '../memory-tables.ts';

/** Deliveries to webhooks in memory. */
export function createMemoryWebhookStore({ deliveries, now }: MemoryTables): WebhookStore {
  return {
    leaseDeliveries: async (limit, leaseMs) => {
      const due = [...deliveries.values()].filter(({ dueAt }) => dueAt <= now());
      const longest = sortedBy(
        sortedBy(due, ({ id }) => id),
        ({ dueAt }) => dueAt,
      );
      return longest.slice(0, limit).map((row) => take(row, now() + leaseMs));
    },
    settleDelivery: async (id, retryInMs) => {
      const row = deliveries.get(id);
      if (row === undefined) return;
      if (retryInMs === null) deliveries.delete(id);
      else row.dueAt = now() + retryInMs;
    },
  };
}

function take(row: DeliveryRow, until: number): LeasedDelivery {
  row.attempts += 1;
  row.dueAt = until;
  const { dueAt: _, ...delivery } = row;
  return delivery;
}
