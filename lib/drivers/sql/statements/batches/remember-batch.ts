/** Keeps what a leader remembers of a batch. */
import { field } from '../../fragments/fragments.ts';
import type { Statement } from '../../sql-client.ts';

/** Nothing happens when the lease was lost. */
export const rememberBatch: Statement = {
  name: 'remember_batch',
  text: `UPDATE millrace.batches SET memory = ${field('memory')}
WHERE id = ${field('batchId')} AND fence = ${field('fence', 'integer')}
RETURNING 1 AS "n"`,
};
