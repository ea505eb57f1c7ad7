import { clock, now, requestedIds, wakeupColumns } from '../../fragments/common-fragments.ts';
import { type Statement, scanTimeoutFactor } from '../../sql-client.ts';

/**
 * Cancels executions that have not started. When a claim runs at the same time, one of the two
 * locks the row first: the other reads it again, and either finds it started or is handed an
 * execution that is to be aborted. Its unique key is free at once: it may take a while until a
 * worker ends it.
 */
export const cancelUnstarted: Statement = {
  name: 'cancel_unstarted',
  timeoutFactor: scanTimeoutFactor,
  text: `WITH ${clock}, ${requestedIds}
UPDATE millrace.executions e SET abort_requested = true, unique_key = NULL, due_at = NULL,
  sent_at = ${now}
FROM asked a
WHERE e.id = a.id AND e.status = 'PENDING' AND e.started_at IS NULL AND e.worker_id IS NULL
RETURNING ${wakeupColumns}`,
};
