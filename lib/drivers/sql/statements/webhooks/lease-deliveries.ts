import { clock, field, now } from '../../fragments/common-fragments.ts';
import type { Statement } from '../../sql-client.ts';

/**
 * Takes deliveries that are due, longest first, counts an attempt for each, and makes them due
 * again after the lease. Concurrent calls get different ones.
 */
export const leaseDeliveries: Statement = {
  name: 'lease_deliveries',
  text: `WITH ${clock},
due AS MATERIALIZED (
  SELECT id FROM millrace.webhook_deliveries WHERE due_at <= ${now}
  ORDER BY due_at, id LIMIT ${field('limit', 'integer')} FOR UPDATE SKIP LOCKED
)
UPDATE millrace.webhook_deliveries d
SET attempts = d.attempts + 1, due_at = ${now} + ${field('leaseMs', 'bigint')}
FROM due WHERE d.id = due.id
RETURNING d.id::text AS "id", d.url AS "url", d.secret_name AS "secretName",
  d.event_type AS "type", d.body AS "body", CAST(d.created_at AS float8) AS "createdAt",
  d.attempts AS "attempts"`,
};
