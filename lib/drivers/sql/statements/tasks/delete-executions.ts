import { addToArchiveTotals } from '../../fragments/archive-totals.ts';
import { requestedIds } from '../../fragments/common-fragments.ts';
import { deleteGone, isUnreferenced } from '../../fragments/execution-deletion.ts';
import { type Statement, scanTimeoutFactor } from '../../sql-client.ts';

/**
 * Deletes executions by an operator's command: those that have ended, and those that never started,
 * belong to no batch and have no waiting parent. Locks rows in the order of their ids; executions
 * that start meanwhile are read again, and kept. Returns a row per deleted execution.
 */
export const deleteExecutions: Statement = {
  name: 'delete_executions',
  timeoutFactor: scanTimeoutFactor,
  text: `WITH ${requestedIds},
gone AS MATERIALIZED (
  SELECT e.id FROM millrace.executions e
  WHERE e.id IN (SELECT id FROM asked) AND (e.ended_at IS NOT NULL
      OR (e.started_at IS NULL AND e.worker_id IS NULL AND e.batch_id IS NULL
        AND e.reply_to IS NULL))
    AND ${isUnreferenced}
  ORDER BY e.id FOR UPDATE
),
archived AS (
  DELETE FROM millrace.archive a USING gone WHERE a.execution_id = gone.id
  RETURNING a.queue, a.machine_id, a.error
),
${addToArchiveTotals('archived', -1)},
${deleteGone}
SELECT id::text AS "id" FROM deleted`,
};
