import { document } from '../../fragments/common-fragments.ts';
import { type Statement, scanTimeoutFactor } from '../../sql-client.ts';

/**
 * Marks every sent task as never sent, for a broker that lost them all with its process. Uses the
 * index over sent tasks. One statement for all of them: it runs once in a process's life, and a
 * batch bounds how many are in flight. The document is referenced because every statement takes
 * one.
 */
export const markAllUnsent: Statement = {
  name: 'mark_all_unsent',
  timeoutFactor: scanTimeoutFactor,
  text: `WITH forgotten AS (
  UPDATE millrace.executions SET sent_at = NULL
  WHERE ${document} IS NOT NULL AND sent_at IS NOT NULL AND worker_id IS NULL AND ended_at IS NULL
  RETURNING 1
)
SELECT CAST(count(*) AS float8) AS "count" FROM forgotten`,
};
