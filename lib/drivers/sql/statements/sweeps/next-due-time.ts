import { clock, heldBack, now } from '../../fragments/common-fragments.ts';
import type { Statement } from '../../sql-client.ts';

/**
 * Reads when the next sleeper is due: the first entry of the index over sleepers. Executions that
 * wait only for a signal, and those that are held back, are at its end.
 */
export const nextDueTime: Statement = {
  name: 'next_due_time',
  text: `WITH ${clock}
SELECT CAST(greatest(due_at - ${now}, 0) AS float8) AS "ms" FROM millrace.executions
WHERE due_at < ${heldBack} AND due_at IS NOT NULL AND sent_at IS NULL
ORDER BY due_at LIMIT 1`,
};
