import {
  clock,
  field,
  heldBack,
  isOfBatchOnHold,
  now,
  wakeupColumns,
} from '../../fragments/common-fragments.ts';
import { type Statement, scanTimeoutFactor } from '../../sql-client.ts';

/**
 * Selects executions whose task was never sent, by the index over them, oldest first; and those
 * that were held back, by the index over these, whose batch is on hold no more: a claim that ran
 * while the batch was resumed may have held them back after that. Skips rows that another sweeper
 * has locked.
 */
export const queueUnsent: Statement = {
  name: 'queue_unsent',
  timeoutFactor: scanTimeoutFactor,
  text: `WITH ${clock},
unsent AS MATERIALIZED (
  SELECT id FROM millrace.executions
  WHERE sent_at IS NULL AND due_at IS NULL AND worker_id IS NULL AND ended_at IS NULL
  ORDER BY created_at LIMIT ${field('limit', 'integer')} FOR UPDATE SKIP LOCKED
),
resumed AS MATERIALIZED (
  SELECT id FROM millrace.executions
  WHERE due_at = ${heldBack} AND NOT ${isOfBatchOnHold('batch_id')}
  LIMIT ${field('limit', 'integer')} FOR UPDATE SKIP LOCKED
)
UPDATE millrace.executions e SET sent_at = ${now}, due_at = NULL
FROM (SELECT id FROM unsent UNION ALL SELECT id FROM resumed) chosen WHERE e.id = chosen.id
RETURNING ${wakeupColumns}`,
};
