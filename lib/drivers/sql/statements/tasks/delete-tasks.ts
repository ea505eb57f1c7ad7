/** Deletes executions by a person's order. */
import { forgetGone, isFree } from '../../fragments/forgetting.ts';
import { askedIds } from '../../fragments/fragments.ts';
import type { Statement } from '../../sql-client.ts';

/**
 * Those that have ended, and those that never began and that no batch counts and nobody waits for.
 * Locked in the order of their ids; what is begun meanwhile is read anew, and stays. Returns a row
 * per execution deleted.
 */
export const deleteTasks: Statement = {
  name: 'delete_tasks',
  text: `WITH ${askedIds},
gone AS MATERIALIZED (
  SELECT e.id FROM millrace.executions e
  WHERE e.id IN (SELECT id FROM asked) AND (e.ended_at IS NOT NULL
      OR (e.started_at IS NULL AND e.worker_id IS NULL AND e.batch_id IS NULL
        AND e.reply_to IS NULL))
    AND ${isFree}
  ORDER BY e.id FOR UPDATE
),
archived AS (
  DELETE FROM millrace.archive a USING gone WHERE a.execution_id = gone.id
),
${forgetGone}
SELECT id::text AS "id" FROM deleted`,
};
