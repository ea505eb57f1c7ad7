import { field } from '../../fragments/common-fragments.ts';
import type { Statement } from '../../sql-client.ts';

/** Ends the lease of a batch; does nothing when the lease was lost before. */
export const releaseBatch: Statement = {
  name: 'release_batch',
  text: `UPDATE millrace.batches SET leader_id = NULL, lease_ends_at = NULL
WHERE id = ${field('batchId')} AND fence = ${field('fence', 'integer')}
RETURNING 1 AS "n"`,
};
