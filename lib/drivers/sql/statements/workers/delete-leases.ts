import { field } from '../../fragments/common-fragments.ts';
import type { Statement } from '../../sql-client.ts';

/**
 * Ends the leases of workers at once: a worker without a row is a dead one. Without a `workerId` in
 * the document, ends every worker's.
 */
export const deleteLeases: Statement = {
  name: 'delete_leases',
  text: `DELETE FROM millrace.workers
WHERE worker_id = coalesce(${field('workerId')}, worker_id)
RETURNING 1 AS "n"`,
};
