import { archiveConditions } from '../../fragments/archive-conditions.ts';
import { addToArchiveTotals } from '../../fragments/archive-totals.ts';
import { clock, field, now, wakeupColumns } from '../../fragments/common-fragments.ts';
import { joinConditions, nameStatement } from '../../fragments/conditions.ts';
import { reopenChosen } from '../../fragments/redrive.ts';
import { type Statement, scanTimeoutFactor } from '../../sql-client.ts';

/**
 * Removes entries from the archive and makes their executions run again, oldest first; entries
 * without a known execution stay. An execution that has not ended (its task was dead-lettered by
 * the broker) needs no redrive but a new task; one that has SUCCEEDED meanwhile needs neither.
 */
export function redriveArchiveEntries(filter: object): Statement {
  return {
    name: nameStatement('redrive_archive_entries', archiveConditions, filter),
    timeoutFactor: scanTimeoutFactor,
    text: `WITH ${clock},
taken AS MATERIALIZED (
  SELECT a.task_id, a.execution_id FROM millrace.archive a
  WHERE a.execution_id IS NOT NULL AND ${joinConditions(archiveConditions, filter)}
  ORDER BY a.archived_at, a.task_id LIMIT ${field('limit', 'integer')} FOR UPDATE SKIP LOCKED
),
chosen AS (
  DELETE FROM millrace.archive a USING taken WHERE a.task_id = taken.task_id
  RETURNING a.execution_id AS id, a.queue, a.machine_id, a.error
),
${addToArchiveTotals('chosen', -1)},
${reopenChosen},
resent AS (
  UPDATE millrace.executions e SET attempts = 0, stalls = 0, due_at = NULL, sent_at = ${now}
  FROM chosen WHERE e.id = chosen.id AND e.ended_at IS NULL AND e.worker_id IS NULL
    AND e.id NOT IN (SELECT id FROM ended)
  RETURNING e.id, e.queue, e.batch_id
)
SELECT ${wakeupColumns} FROM reopened e
UNION ALL
SELECT ${wakeupColumns} FROM resent e`,
  };
}
