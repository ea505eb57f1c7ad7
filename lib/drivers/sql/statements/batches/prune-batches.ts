import { deleteGoneBatches, isEmptyAndEnded } from '../../fragments/batch-deletion.ts';
import { clock, field, now } from '../../fragments/common-fragments.ts';
import { type Statement, scanTimeoutFactor } from '../../sql-client.ts';

/**
 * Deletes batches whose retention is over, by the index over their ends, oldest first. Batches
 * whose executions are kept, because they are in the archive or have a longer retention, are kept
 * as well.
 */
export const pruneBatches: Statement = {
  name: 'prune_batches',
  timeoutFactor: scanTimeoutFactor,
  text: `WITH ${clock},
gone AS MATERIALIZED (
  SELECT b.id FROM millrace.batches b
  WHERE b.ended_at <= ${now} - ${field('retentionMs', 'bigint')} AND ${isEmptyAndEnded}
  ORDER BY b.ended_at LIMIT ${field('limit', 'integer')} FOR UPDATE SKIP LOCKED
),
${deleteGoneBatches}`,
};
