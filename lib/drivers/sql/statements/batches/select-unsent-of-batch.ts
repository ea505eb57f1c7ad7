import { field } from '../../fragments/common-fragments.ts';
import { type Statement, scanTimeoutFactor } from '../../sql-client.ts';

/**
 * Lists the executions of a batch whose tasks may not have been sent: by the index over the batch,
 * from an index on. Ended executions need no task.
 */
export const selectUnsentOfBatch: Statement = {
  name: 'select_unsent_of_batch',
  timeoutFactor: scanTimeoutFactor,
  text: `SELECT e.id::text AS "executionId", e.queue AS "queue", e.batch_index AS "index"
FROM millrace.executions e
WHERE e.batch_id = ${field('batchId')} AND e.batch_index >= ${field('fromIndex', 'integer')}
  AND e.ended_at IS NULL
ORDER BY e.batch_index LIMIT ${field('limit', 'integer')}`,
};
