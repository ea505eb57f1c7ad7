import { clock, field, now, wakeupColumns } from '../../fragments/common-fragments.ts';
import { type Statement, scanTimeoutFactor } from '../../sql-client.ts';

/**
 * Wakes sleepers that are due, by the index over sleepers, earliest first. Skips rows that another
 * sweeper has locked.
 */
export const wakeDue: Statement = {
  name: 'wake_due',
  timeoutFactor: scanTimeoutFactor,
  text: `WITH ${clock},
due AS MATERIALIZED (
  SELECT id FROM millrace.executions
  WHERE due_at <= ${now} AND due_at IS NOT NULL AND sent_at IS NULL
  ORDER BY due_at LIMIT ${field('limit', 'integer')} FOR UPDATE SKIP LOCKED
)
UPDATE millrace.executions e SET due_at = NULL, sent_at = ${now}
FROM due WHERE e.id = due.id
RETURNING ${wakeupColumns}`,
};
