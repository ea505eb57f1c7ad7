import { clock, now, requestedIds, wakeupColumns } from '../../fragments/common-fragments.ts';
import type { Statement } from '../../sql-client.ts';

/**
 * Requests the abort of executions. Makes those without a worker runnable at once and returns them;
 * a worker learns of the request from its heartbeat.
 */
export const requestAbort: Statement = {
  name: 'request_abort',
  text: `WITH ${clock}, ${requestedIds},
notified AS (
  UPDATE millrace.executions e SET
    abort_requested = true, due_at = NULL,
    sent_at = CASE WHEN e.worker_id IS NULL THEN ${now} END
  FROM asked a WHERE e.id = a.id AND e.ended_at IS NULL
  RETURNING e.id, e.queue, e.batch_id, e.worker_id
)
SELECT ${wakeupColumns} FROM notified e WHERE e.worker_id IS NULL`,
};
