import { deleteEmptyTotals } from '../../fragments/archive-totals.ts';
import { clock, field, now } from '../../fragments/common-fragments.ts';
import { deleteGone, isUnreferenced } from '../../fragments/execution-deletion.ts';
import { type Statement, scanTimeoutFactor } from '../../sql-client.ts';

/**
 * Deletes executions whose retention is over, with their history and unseen signals. Keeps
 * executions that are in the archive or still referenced. Executions with a retention of their own
 * are found by a separate index. Also deletes workers whose lease expired as long ago, and totals
 * of the archive that are 0.
 */
export const pruneExecutions: Statement = {
  name: 'prune_executions',
  timeoutFactor: scanTimeoutFactor,
  text: `WITH ${clock},
over AS MATERIALIZED (
  ${oldest('e.retention_ms IS NULL', 'e.ended_at', `${now} - ${field('retentionMs', 'bigint')}`)}
),
kept AS MATERIALIZED (
  ${oldest('e.retention_ms IS NOT NULL', 'e.ended_at + e.retention_ms', now)}
),
gone AS MATERIALIZED (
  SELECT id FROM (SELECT id FROM over UNION ALL SELECT id FROM kept) g
  LIMIT ${field('limit', 'integer')}
),
${deleteGone},
${deleteEmptyTotals},
workers AS (
  DELETE FROM millrace.workers w WHERE w.expires_at <= ${now} - ${field('retentionMs', 'bigint')}
    AND NOT EXISTS (SELECT 1 FROM millrace.executions h WHERE h.worker_id = w.worker_id)
)
SELECT CAST(count(*) AS float8) AS "count" FROM deleted`,
};

/** Selects ended executions that nothing references and whose time `at` has passed. */
function oldest(which: string, at: string, before: string): string {
  return `SELECT e.id FROM millrace.executions e
  WHERE e.ended_at IS NOT NULL AND ${which} AND ${at} <= ${before}
    AND NOT EXISTS (SELECT 1 FROM millrace.archive a WHERE a.execution_id = e.id)
    AND ${isUnreferenced}
  ORDER BY ${at} LIMIT ${field('limit', 'integer')} FOR UPDATE SKIP LOCKED`;
}
