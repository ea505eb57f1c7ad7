import { clock, now, requestedIds, wakeupColumns } from '../../fragments/common-fragments.ts';
import type { Statement } from '../../sql-client.ts';

/**
 * Cancels executions that have not started. When a claim runs at the same time, one of the two
 * locks the row first: the other reads it again, and either finds it started or is handed an
 * execution that is to be aborted.
 */
export const cancelUnstarted: Statement = {
  name: 'cancel_unstarted',
  text: `WITH ${clock}, ${requestedIds}
UPDATE millrace.executions e SET abort_requested = true, due_at = NULL, sent_at = ${now}
FROM asked a
WHERE e.id = a.id AND e.status = 'PENDING' AND e.started_at IS NULL AND e.worker_id IS NULL
RETURNING ${wakeupColumns}`,
};
