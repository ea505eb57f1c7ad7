/** Takes executions from dead workers. */
import { clock, field, now, wakeupColumns } from '../../fragments/fragments.ts';
import type { Statement } from '../../sql-client.ts';

/**
 * The order is that of the index of held executions, so that it is walked even by a planner that
 * has no statistics yet, and would take most rows for held. Takes only what still is as it was seen
 * (see claim-executions), and moves the fence: a worker that was taken for dead and wakes writes
 * nothing.
 */
export const recoverOrphans: Statement = {
  name: 'recover_orphans',
  text: `WITH ${clock},
orphan AS MATERIALIZED (
  SELECT o.id, o.fence, o.worker_id FROM millrace.executions o
  WHERE o.worker_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM millrace.workers w
    WHERE w.worker_id = o.worker_id AND w.expires_at > ${now})
  ORDER BY o.queue, o.worker_id LIMIT ${field('limit', 'integer')}
)
UPDATE millrace.executions e SET
  worker_id = NULL, fence = e.fence + 1, stalls = e.stalls + 1, due_at = NULL, sent_at = ${now}
FROM orphan o
WHERE e.id = o.id AND e.fence = o.fence AND e.worker_id = o.worker_id
RETURNING ${wakeupColumns}`,
};
