import {
  clock,
  countedStall,
  field,
  now,
  wakeupColumns,
} from '../../fragments/common-fragments.ts';
import { type Statement, scanTimeoutFactor } from '../../sql-client.ts';

/**
 * Releases the executions of dead workers.
 *
 * Orders by the index over held executions, so that even a planner without statistics, which would
 * assume that most rows are held, uses it. Updates only rows that have not changed since they were
 * read (see claim-executions), and raises the fence: a worker that was considered dead and
 * continues cannot write.
 */
export const recoverOrphans: Statement = {
  name: 'recover_orphans',
  timeoutFactor: scanTimeoutFactor,
  text: `WITH ${clock},
orphan AS MATERIALIZED (
  SELECT o.id, o.fence, o.worker_id FROM millrace.executions o
  WHERE o.worker_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM millrace.workers w
    WHERE w.worker_id = o.worker_id AND w.expires_at > ${now} - ${field('expiredMs', 'bigint')})
  ORDER BY o.queue, o.worker_id LIMIT ${field('limit', 'integer')}
)
UPDATE millrace.executions e SET
  worker_id = NULL, fence = e.fence + 1, stalls = e.stalls + ${countedStall},
  due_at = NULL, sent_at = ${now}
FROM orphan o
WHERE e.id = o.id AND e.fence = o.fence AND e.worker_id = o.worker_id
RETURNING ${wakeupColumns}`,
};
