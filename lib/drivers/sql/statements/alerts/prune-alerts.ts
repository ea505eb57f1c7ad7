import { clock, field, now } from '../../fragments/common-fragments.ts';
import { type Statement, scanTimeoutFactor } from '../../sql-client.ts';

/** Deletes alerts that ended long ago, oldest first. Returns a row per deleted alert. */
export const pruneAlerts: Statement = {
  name: 'prune_alerts',
  timeoutFactor: scanTimeoutFactor,
  text: `WITH ${clock},
doomed AS MATERIALIZED (
  SELECT id FROM millrace.alerts WHERE ended_at < ${now} - ${field('retentionMs', 'bigint')}
  ORDER BY ended_at LIMIT ${field('limit', 'integer')} FOR UPDATE SKIP LOCKED
)
DELETE FROM millrace.alerts a USING doomed WHERE a.id = doomed.id
RETURNING 1 AS "n"`,
};
