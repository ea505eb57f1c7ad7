import { clock, field, now } from '../../fragments/common-fragments.ts';
import { type Statement, scanTimeoutFactor } from '../../sql-client.ts';

/**
 * Deletes expired messages, by the index over the expiry time, earliest first, and the waiters of
 * ended executions.
 */
export const pruneMessages: Statement = {
  name: 'prune_messages',
  timeoutFactor: scanTimeoutFactor,
  text: `WITH ${clock},
expired AS MATERIALIZED (
  SELECT id FROM millrace.messages WHERE expires_at <= ${now}
  ORDER BY expires_at LIMIT ${field('limit', 'integer')} FOR UPDATE SKIP LOCKED
),
over AS (
  DELETE FROM millrace.message_waiters w WHERE NOT EXISTS (SELECT 1 FROM millrace.executions e
    WHERE e.id = w.execution_id AND e.ended_at IS NULL)
),
deleted AS (
  DELETE FROM millrace.messages m USING expired x WHERE m.id = x.id RETURNING 1
)
SELECT CAST(count(*) AS float8) AS "count" FROM deleted`,
};
