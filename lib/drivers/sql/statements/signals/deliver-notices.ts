import { clock, field } from '../../fragments/common-fragments.ts';
import { deliverSent, reachedColumns } from '../../fragments/delivery.ts';
import type { Statement } from '../../sql-client.ts';

/**
 * Delivers the signals that checkpoints left for other executions, oldest first. Skips those that
 * another call has locked. Returns one row per execution that was reached.
 */
export const deliverNotices: Statement = {
  name: 'deliver_notices',
  text: `WITH ${clock},
taken AS (
  DELETE FROM millrace.notices n USING (
    SELECT id FROM millrace.notices
    ORDER BY id LIMIT ${field('limit', 'integer')} FOR UPDATE SKIP LOCKED
  ) oldest
  WHERE n.id = oldest.id
  RETURNING n.execution_id, n.id, n.event
),
sent AS MATERIALIZED (
  SELECT execution_id AS id, event,
    CAST(row_number() OVER (PARTITION BY execution_id ORDER BY id) AS integer) AS n
  FROM taken
),
${deliverSent('true')}
SELECT ${reachedColumns} FROM notified e ORDER BY e.id`,
};
