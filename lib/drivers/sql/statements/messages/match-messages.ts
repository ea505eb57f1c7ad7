/** Matches messages with their waiters. */

import { clock, field, now } from '../../fragments/common-fragments.ts';
import { deliverSent, reachedColumns } from '../../fragments/delivery.ts';
import type { Statement } from '../../sql-client.ts';

/** Matches one correlation, by the indexes over it. */
export const matchCorrelation = matching(
  'match_correlation',
  `SELECT ${field('key')} AS key, ${field('value')} AS value`,
);

const from = `${now} - ${field('withinMs', 'bigint')}`;

/**
 * Matches pairs in which either side arrived recently: a crashed process may not have matched them.
 */
export const matchRecent = matching(
  'match_recent',
  `SELECT key, value FROM millrace.messages WHERE stored_at >= ${from}
  UNION SELECT key, value FROM millrace.message_waiters WHERE since >= ${from}`,
);

/** Matches all pairs. */
export const matchAll = matching('match_all', 'SELECT DISTINCT key, value FROM millrace.messages');

/**
 * Locks the messages first, oldest first, so that of two concurrent calls the second finds them
 * gone. Deletes a message only when its signal was stored, because its waiter may have ended since.
 */
function matching(name: string, correlations: string): Statement {
  return {
    name,
    text: `WITH ${clock},
correlation AS MATERIALIZED (${correlations}),
wanted AS MATERIALIZED (
  SELECT oldest.id FROM correlation c CROSS JOIN LATERAL (
    SELECT m.id FROM millrace.messages m
    WHERE m.key = c.key AND md5(m.value) = md5(c.value) AND m.value = c.value
      AND m.expires_at > ${now}
    ORDER BY m.id LIMIT 1
  ) oldest
  WHERE EXISTS (SELECT 1 FROM millrace.message_waiters w
    JOIN millrace.executions e ON e.id = w.execution_id AND e.status = 'RUNNING'
    WHERE w.key = c.key AND md5(w.value) = md5(c.value) AND w.value = c.value)
  ORDER BY oldest.id LIMIT ${field('limit', 'integer')}
),
found AS MATERIALIZED (
  SELECT m.* FROM millrace.messages m WHERE m.id IN (SELECT id FROM wanted)
  ORDER BY m.id FOR UPDATE
),
answered AS (
  DELETE FROM millrace.message_waiters w USING found f
  WHERE w.key = f.key AND md5(w.value) = md5(f.value) AND w.value = f.value
    AND EXISTS (SELECT 1 FROM millrace.executions e
      WHERE e.id = w.execution_id AND e.status = 'RUNNING')
  RETURNING w.execution_id, w.command, f.id, f.body, f.key, f.value, f.received_at, f.expires_at
),
sent AS MATERIALIZED (
  SELECT execution_id AS id, id AS message_id,
    CAST(row_number() OVER (PARTITION BY execution_id ORDER BY id, command) AS integer) AS n,
    '{"type":"commandSucceeded","command":' || to_json(command) || ',"result":' || body || '}'
      AS event,
    json_build_object('id', id, 'key', key, 'value', value, 'body', body,
      'receivedAt', received_at, 'expiresAt', expires_at)::text AS message
  FROM answered
),
${deliverSent(field('wakeupSent', 'boolean'), 's.message')},
taken AS (
  DELETE FROM millrace.messages m
  USING sent s JOIN notified t ON t.id = s.id WHERE m.id = s.message_id
)
SELECT ${reachedColumns} FROM notified e ORDER BY e.id`,
  };
}
