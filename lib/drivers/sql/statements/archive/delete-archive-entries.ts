import { archiveConditions } from '../../fragments/archive-conditions.ts';
import { addToArchiveTotals } from '../../fragments/archive-totals.ts';
import { field } from '../../fragments/common-fragments.ts';
import { joinConditions, nameStatement } from '../../fragments/conditions.ts';
import { type Statement, scanTimeoutFactor } from '../../sql-client.ts';

/**
 * Deletes entries of the archive, oldest first; their executions do not change. Returns a row per
 * deleted entry.
 */
export function deleteArchiveEntries(filter: object): Statement {
  return {
    name: nameStatement('delete_archive_entries', archiveConditions, filter),
    timeoutFactor: scanTimeoutFactor,
    text: `WITH doomed AS MATERIALIZED (
  SELECT a.task_id FROM millrace.archive a WHERE ${joinConditions(archiveConditions, filter)}
  ORDER BY a.archived_at, a.task_id LIMIT ${field('limit', 'integer')} FOR UPDATE SKIP LOCKED
),
deleted AS (
  DELETE FROM millrace.archive a USING doomed WHERE a.task_id = doomed.task_id
  RETURNING a.task_id, a.queue, a.machine_id, a.error
),
${addToArchiveTotals('deleted', -1)}
SELECT task_id AS "taskId" FROM deleted`,
  };
}
