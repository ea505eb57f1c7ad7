import { field } from '../../fragments/common-fragments.ts';
import type { Statement } from '../../sql-client.ts';

/**
 * Requests the abort of a batch. A paused batch becomes RUNNING, because leaders look only at
 * those. Returns a row when the batch is open.
 */
export const requestBatchAbort: Statement = {
  name: 'request_batch_abort',
  text: `UPDATE millrace.batches SET abort_reason = coalesce(abort_reason, ${field('reason')}),
  reason = CASE WHEN status = 'RUNNING' THEN reason END, status = 'RUNNING', on_hold = false
WHERE id = ${field('batchId')} AND ended_at IS NULL
RETURNING id`,
};
