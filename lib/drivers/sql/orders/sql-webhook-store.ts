import type { LeasedDelivery, WebhookStore } from '../../../ports/store/webhook-store.ts';
import type { SqlSession } from '../sql-session.ts';
import { deleteDelivery } from '../statements/webhooks/delete-delivery.ts';
import { leaseDeliveries } from '../statements/webhooks/lease-deliveries.ts';
import { postponeDelivery } from '../statements/webhooks/postpone-delivery.ts';

/** Deliveries to webhooks in SQL. */
export function createSqlWebhookStore(session: SqlSession): WebhookStore {
  return {
    leaseDeliveries: (limit, leaseMs) =>
      session.call<LeasedDelivery>(leaseDeliveries, { limit, leaseMs }),
    settleDelivery: async (id, retryInMs) => {
      if (retryInMs === null) await session.call(deleteDelivery, { id });
      else await session.call(postponeDelivery, { id, retryInMs });
    },
  };
}
