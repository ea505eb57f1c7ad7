/** When the next sleeper is due. */
import { clock, now, signalOnly } from '../../fragments/fragments.ts';
import type { Statement } from '../../sql-client.ts';

/**
 * The first entry of the index of sleepers; those that wait for a signal alone stand at its end.
 */
export const nextDue: Statement = {
  name: 'next_due',
  text: `WITH ${clock}
SELECT CAST(greatest(due_at - ${now}, 0) AS float8) AS "ms" FROM millrace.executions
WHERE due_at < ${signalOnly} AND due_at IS NOT NULL AND sent_at IS NULL
ORDER BY due_at LIMIT 1`,
};
