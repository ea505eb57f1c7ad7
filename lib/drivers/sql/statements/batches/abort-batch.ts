/** Asks for a batch to be aborted. */
import { field } from '../../fragments/fragments.ts';
import type { Statement } from '../../sql-client.ts';

/**
 * A paused batch runs again, as leaders look at those alone. Returns a row when the batch is open.
 */
export const abortBatch: Statement = {
  name: 'abort_batch',
  text: `UPDATE millrace.batches SET abort_reason = coalesce(abort_reason, ${field('reason')}),
  reason = CASE WHEN status = 'RUNNING' THEN reason END, status = 'RUNNING'
WHERE id = ${field('batchId')} AND ended_at IS NULL
RETURNING id`,
};
