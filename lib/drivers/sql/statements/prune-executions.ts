/** Deletes executions whose retention is over, with their history and what they have not seen. */
import { clock, field, now } from '../fragments.ts';
import type { Statement } from '../sql-client.ts';

/**
 * What stays: what the archive names; what belongs to an open batch; and the target of a link whose
 * source is still there, because the link is what keeps that source from being taken twice. Workers
 * gone for as long go too.
 */
export const pruneExecutions: Statement = {
  name: 'prune_executions',
  text: `WITH ${clock},
gone AS MATERIALIZED (
  SELECT e.id FROM millrace.executions e
  WHERE e.ended_at IS NOT NULL AND e.ended_at <= ${now} - ${field('retentionMs', 'bigint')}
    AND NOT EXISTS (SELECT 1 FROM millrace.archive a WHERE a.execution_id = e.id)
    AND NOT EXISTS (SELECT 1 FROM millrace.batches b
      WHERE b.id = e.batch_id AND b.ended_at IS NULL)
    AND NOT EXISTS (SELECT 1 FROM millrace.executions s WHERE s.id = e.link_source_id)
  ORDER BY e.ended_at LIMIT ${field('limit', 'integer')} FOR UPDATE SKIP LOCKED
),
forgotten AS (
  DELETE FROM millrace.history h USING gone WHERE h.execution_id = gone.id
),
unseen AS (
  DELETE FROM millrace.signals s USING gone WHERE s.execution_id = gone.id
),
workers AS (
  DELETE FROM millrace.workers w WHERE w.expires_at <= ${now} - ${field('retentionMs', 'bigint')}
    AND NOT EXISTS (SELECT 1 FROM millrace.executions h WHERE h.worker_id = w.worker_id)
),
deleted AS (
  DELETE FROM millrace.executions e USING gone WHERE e.id = gone.id RETURNING 1
)
SELECT CAST(count(*) AS float8) AS "count" FROM deleted`,
};
