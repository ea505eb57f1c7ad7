import { clock, document } from '../../fragments/common-fragments.ts';
import { newDeliveryFields, queuedDeliveries } from '../../fragments/webhook-deliveries.ts';
import type { Statement } from '../../sql-client.ts';

/** Ends alerts that are open, queues their deliveries, and returns their ids. */
export const endAlerts: Statement = {
  name: 'end_alerts',
  text: `WITH ${clock},
asked AS MATERIALIZED (
  SELECT * FROM json_to_recordset(${document}->'ends') AS t (id uuid, at bigint, deliveries json)
),
ended AS (
  UPDATE millrace.alerts a SET ended_at = t.at FROM asked t
  WHERE a.id = t.id AND a.ended_at IS NULL
  RETURNING a.id
),
${queuedDeliveries(`asked t JOIN ended e ON e.id = t.id
    CROSS JOIN LATERAL json_to_recordset(t.deliveries) AS d (${newDeliveryFields})
  WHERE true`)}
SELECT id::text AS "id" FROM ended`,
};
