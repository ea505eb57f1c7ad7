/** Takes back that tasks were sent, for a broker that lost them all with its process. */
import { document } from '../../fragments/fragments.ts';
import type { Statement } from '../../sql-client.ts';

/**
 * By the index of sent tasks. One statement over all of them: it runs once in a process's life, and
 * a batch bounds how many are in flight. The document is named because every statement takes one.
 */
export const forgetSent: Statement = {
  name: 'forget_sent',
  text: `WITH forgotten AS (
  UPDATE millrace.executions SET sent_at = NULL
  WHERE ${document} IS NOT NULL AND sent_at IS NOT NULL AND worker_id IS NULL AND ended_at IS NULL
  RETURNING 1
)
SELECT CAST(count(*) AS float8) AS "count" FROM forgotten`,
};
