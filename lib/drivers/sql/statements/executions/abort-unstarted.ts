/** Cancels executions that have not begun. */
import { askedIds, clock, now, wakeupColumns } from '../../fragments/fragments.ts';
import type { Statement } from '../../sql-client.ts';

/**
 * Against a claim at the same time one of the two has the row first: the other then reads it anew,
 * and either finds it begun or is handed an execution that is to be aborted.
 */
export const abortUnstarted: Statement = {
  name: 'abort_unstarted',
  text: `WITH ${clock}, ${askedIds}
UPDATE millrace.executions e SET abort_requested = true, due_at = NULL, sent_at = ${now}
FROM asked a
WHERE e.id = a.id AND e.status = 'PENDING' AND e.started_at IS NULL AND e.worker_id IS NULL
RETURNING ${wakeupColumns}`,
};
