import { clock, document } from '../../fragments/common-fragments.ts';
import { newDeliveryFields, queuedDeliveries } from '../../fragments/webhook-deliveries.ts';
import type { Statement } from '../../sql-client.ts';

/**
 * Opens alerts, unless their rule has an open one for their subject, and queues the deliveries of
 * the new ones. Returns the ids of the new ones.
 */
export const openAlerts: Statement = {
  name: 'open_alerts',
  text: `WITH ${clock},
asked AS MATERIALIZED (
  SELECT * FROM json_to_recordset(${document}->'alerts') AS t (id uuid, rule text, subject text,
    severity text, message text, link text, since bigint, deliveries json)
),
opened AS (
  INSERT INTO millrace.alerts (id, rule, subject, severity, message, link, since)
  SELECT id, rule, subject, severity, message, link, since FROM asked
  ON CONFLICT DO NOTHING
  RETURNING id
),
${queuedDeliveries(`asked t JOIN opened o ON o.id = t.id
    CROSS JOIN LATERAL json_to_recordset(t.deliveries) AS d (${newDeliveryFields})
  WHERE true`)}
SELECT id::text AS "id" FROM opened`,
};
