import { addToArchiveTotals } from '../../fragments/archive-totals.ts';
import { clock, document, now } from '../../fragments/common-fragments.ts';
import type { Statement } from '../../sql-client.ts';

/**
 * Records dead letters. A task that is already in the archive does not change. Returns a row per
 * new entry.
 */
export const insertArchiveEntries: Statement = {
  name: 'insert_archive_entries',
  text: `WITH ${clock},
added AS (
  INSERT INTO millrace.archive (task_id, queue, body, reason, deliveries, sent_at, archived_at,
    execution_id, execution_name, machine_id, batch_id, error, cause, attempts)
  SELECT t."taskId", t.queue, t.body, t.reason, t.deliveries, t."sentAt", ${now}, e.id, e.name,
    e.machine_id, e.batch_id, e.error, e.cause, coalesce(e.attempts, 0)
  FROM json_to_recordset(${document}->'entries') AS t ("taskId" text, queue text, body text,
      reason text, deliveries integer, "sentAt" bigint, "executionId" uuid)
    LEFT JOIN millrace.executions e ON e.id = t."executionId"
  ON CONFLICT DO NOTHING
  RETURNING task_id, queue, machine_id, error
),
${addToArchiveTotals('added', 1)}
SELECT task_id AS "taskId" FROM added`,
};
