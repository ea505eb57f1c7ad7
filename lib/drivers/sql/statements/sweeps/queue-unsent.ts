import { clock, field, now, wakeupColumns } from '../../fragments/common-fragments.ts';
import type { Statement } from '../../sql-client.ts';

/**
 * Selects executions whose task was never sent, by the index over them, oldest first. Skips rows
 * that another sweeper has locked.
 */
export const queueUnsent: Statement = {
  name: 'queue_unsent',
  text: `WITH ${clock},
unsent AS MATERIALIZED (
  SELECT id FROM millrace.executions
  WHERE sent_at IS NULL AND due_at IS NULL AND worker_id IS NULL AND ended_at IS NULL
  ORDER BY created_at LIMIT ${field('limit', 'integer')} FOR UPDATE SKIP LOCKED
)
UPDATE millrace.executions e SET sent_at = ${now}
FROM unsent WHERE e.id = unsent.id
RETURNING ${wakeupColumns}`,
};
