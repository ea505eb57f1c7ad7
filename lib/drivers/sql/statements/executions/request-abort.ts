/** Asks for executions to be aborted. */
import { askedIds, clock, now, wakeupColumns } from '../../fragments/fragments.ts';
import type { Statement } from '../../sql-client.ts';

/**
 * What nobody holds is made runnable at once and returned; what a worker holds it learns of by its
 * heartbeat.
 */
export const requestAbort: Statement = {
  name: 'request_abort',
  text: `WITH ${clock}, ${askedIds},
told AS (
  UPDATE millrace.executions e SET
    abort_requested = true, due_at = NULL,
    sent_at = CASE WHEN e.worker_id IS NULL THEN ${now} END
  FROM asked a WHERE e.id = a.id AND e.ended_at IS NULL
  RETURNING e.id, e.queue, e.batch_id, e.worker_id
)
SELECT ${wakeupColumns} FROM told e WHERE e.worker_id IS NULL`,
};
