import { field } from '../../fragments/common-fragments.ts';
import type { Statement } from '../../sql-client.ts';

/** Saves the leader's state of a batch; does nothing when the lease was lost. */
export const updateBatchMemory: Statement = {
  name: 'update_batch_memory',
  hasOnePlan: true,
  text: `UPDATE millrace.batches SET memory = ${field('memory')}
WHERE id = ${field('batchId')} AND fence = ${field('fence', 'integer')}
RETURNING 1 AS "n"`,
};
