import {
  clock,
  field,
  now,
  requestedIds,
  wakeupColumns,
} from '../../fragments/common-fragments.ts';
import type { Statement } from '../../sql-client.ts';

/**
 * Requests the abort of executions. Makes those without a worker runnable at once and returns them;
 * a worker learns of the request from its heartbeat. An execution that never started gives up its
 * unique key at once: it may take a while until a worker ends it.
 */
export const requestAbort: Statement = {
  name: 'request_abort',
  text: `WITH ${clock}, ${requestedIds},
notified AS (
  UPDATE millrace.executions e SET
    abort_requested = true, due_at = NULL,
    unique_key = CASE WHEN e.started_at IS NOT NULL THEN e.unique_key END,
    sent_at = CASE WHEN e.worker_id IS NULL THEN ${now} END
  FROM asked a WHERE e.id = a.id AND e.ended_at IS NULL
    AND (NOT coalesce(${field('notBegunOnly', 'boolean')}, false)
      OR (e.worker_id IS NULL AND e.status IN ('PENDING', 'PENDING_REDRIVE')))
  RETURNING e.id, e.queue, e.batch_id, e.worker_id
)
SELECT ${wakeupColumns} FROM notified e WHERE e.worker_id IS NULL`,
};
