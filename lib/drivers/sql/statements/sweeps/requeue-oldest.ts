import { clock, field, now, wakeupColumns } from '../../fragments/common-fragments.ts';
import type { Statement } from '../../sql-client.ts';

/**
 * Selects the executions of a queue whose task was sent longest ago: these are the most likely to
 * be missing when messages were lost. Uses the index over sent tasks; a delayed task counts as sent
 * at its due time.
 */
export const requeueOldest: Statement = {
  name: 'requeue_oldest',
  text: `WITH ${clock},
oldest AS MATERIALIZED (
  SELECT id FROM millrace.executions
  WHERE queue = ${field('queue')} AND sent_at IS NOT NULL
    AND sent_at <= ${now} - ${field('graceMs', 'bigint')}
  ORDER BY sent_at LIMIT ${field('limit', 'integer')} FOR UPDATE SKIP LOCKED
)
UPDATE millrace.executions e SET due_at = NULL, sent_at = ${now}
FROM oldest WHERE e.id = oldest.id
RETURNING ${wakeupColumns}`,
};
