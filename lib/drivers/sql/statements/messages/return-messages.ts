import { clock, now } from '../../fragments/common-fragments.ts';
import type { Statement } from '../../sql-client.ts';

/**
 * Puts back messages whose execution had no use for them. Uses the index over signals with a
 * message, which are few. Returns a row per message.
 */
export const returnMessages: Statement = {
  name: 'return_messages',
  text: `WITH ${clock},
unused AS (
  DELETE FROM millrace.signals s USING millrace.executions e
  WHERE s.message IS NOT NULL AND e.id = s.execution_id AND ${now} IS NOT NULL
    AND (e.status <> 'RUNNING' OR s.id <= e.signals_seen)
  RETURNING CAST(s.message AS json) AS message
)
INSERT INTO millrace.messages (id, key, value, body, received_at, expires_at, stored_at)
SELECT m.id, m.key, m.value, m.body, m."receivedAt", m."expiresAt", ${now}
FROM unused u, json_to_record(u.message) AS m (id uuid, key text, value text, body text,
  "receivedAt" bigint, "expiresAt" bigint)
ON CONFLICT DO NOTHING
RETURNING id::text AS "id"`,
};
