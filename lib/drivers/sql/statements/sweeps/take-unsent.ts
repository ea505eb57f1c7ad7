/** Takes executions whose task was never sent. */
import { clock, field, now, wakeupColumns } from '../../fragments/fragments.ts';
import type { Statement } from '../../sql-client.ts';

/** By the index of the unsent, oldest first; what another sweep has locked is left to it. */
export const takeUnsent: Statement = {
  name: 'take_unsent',
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
