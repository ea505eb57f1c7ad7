/** Deletes executions whose retention is over, with their history and what they have not seen. */

import { forgetGone, isFree } from '../../fragments/forgetting.ts';
import { clock, field, now } from '../../fragments/fragments.ts';
import type { Statement } from '../../sql-client.ts';

/**
 * What the archive names stays, and what is not free. Executions that are kept for a time of their
 * own are looked for by an index of theirs. Workers gone for as long go too.
 */
export const pruneExecutions: Statement = {
  name: 'prune_executions',
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
${forgetGone},
workers AS (
  DELETE FROM millrace.workers w WHERE w.expires_at <= ${now} - ${field('retentionMs', 'bigint')}
    AND NOT EXISTS (SELECT 1 FROM millrace.executions h WHERE h.worker_id = w.worker_id)
)
SELECT CAST(count(*) AS float8) AS "count" FROM deleted`,
};

/** Those that ended and whose time `at` has come, and that nothing keeps. */
function oldest(which: string, at: string, before: string): string {
  return `SELECT e.id FROM millrace.executions e
  WHERE e.ended_at IS NOT NULL AND ${which} AND ${at} <= ${before}
    AND NOT EXISTS (SELECT 1 FROM millrace.archive a WHERE a.execution_id = e.id)
    AND ${isFree}
  ORDER BY ${at} LIMIT ${field('limit', 'integer')} FOR UPDATE SKIP LOCKED`;
}
