/** Queues deliveries to webhooks in the statement that makes the change that they report. */
import { deliveriesMax } from '../../../ports/store/webhook-store.ts';
import { now } from './common-fragments.ts';

/** The columns that `json_to_recordset` reads of a new delivery. */
export const newDeliveryFields = 'id uuid, url text, "secretName" text, type text, body text';

/**
 * A common table expression `queued` that queues deliveries `d`, due at once. While too many wait,
 * new ones are dropped.
 * @param from the FROM items, of which `d` is one, and their conditions
 */
export function queuedDeliveries(from: string): string {
  return `queued AS (
  INSERT INTO millrace.webhook_deliveries
    (id, url, secret_name, event_type, body, created_at, due_at)
  SELECT d.id, d.url, d."secretName", d.type, d.body, ${now}, ${now}
  FROM ${from}
    AND (SELECT count(*) FROM millrace.webhook_deliveries) < ${deliveriesMax}
  ON CONFLICT DO NOTHING
)`;
}
