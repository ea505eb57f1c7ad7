import { field } from '../../fragments/common-fragments.ts';
import type { Statement } from '../../sql-client.ts';

/** Lists the executions that a worker holds, by the index over held executions. */
export const selectHeld: Statement = {
  name: 'select_held',
  text: `SELECT e.id::text AS "id" FROM millrace.executions e
WHERE e.worker_id = ${field('workerId')}
ORDER BY e.id`,
};
