import {
  batchTotals,
  clock,
  document,
  field,
  isPausedAndDone,
  leasedBatchColumns,
  now,
} from '../../fragments/common-fragments.ts';
import type { Statement } from '../../sql-client.ts';

/**
 * Leases running batches to a leader, and paused ones in which nothing is left to do; those leased
 * longest ago first, so that no batch waits forever. The fence grows when the leader changes. Skips
 * a batch that another leader is locking at this moment, and evaluates one that was leased
 * meanwhile again: of two successors only one gets it. Columns that never change are not read,
 * because this runs many times a second.
 */
export const leaseBatches: Statement = {
  name: 'lease_batches',
  text: `WITH ${clock},
free AS MATERIALIZED (
  SELECT id FROM millrace.batches
  WHERE ended_at IS NULL AND (status = 'RUNNING' OR ${isPausedAndDone('millrace.batches')})
    AND CASE WHEN ${field('predecessor')} IS NULL
      THEN leader_id IS NULL OR leader_id = ${field('leaderId')} OR lease_ends_at <= ${now}
      ELSE leader_id IN (${field('leaderId')}, ${field('predecessor')}) END
    AND (${field('batchId')} IS NULL OR id = ${field('batchId')})
    AND id NOT IN (SELECT value FROM json_array_elements_text(${document}->'except'))
    AND (${field('machineId')} IS NULL OR split_part(machine_id, '/', 1) = ${field('machineId')})
  ORDER BY leased_at NULLS FIRST, id LIMIT ${field('limit', 'integer')} FOR UPDATE SKIP LOCKED
),
b AS (
  UPDATE millrace.batches l SET
    fence = l.fence + CASE WHEN l.leader_id IS NOT DISTINCT FROM ${field('leaderId')} THEN 0 ELSE 1 END,
    leader_id = ${field('leaderId')}, leased_at = ${now},
    lease_ends_at = ${now} + ${field('leaseMs', 'bigint')}
  FROM free WHERE l.id = free.id
  RETURNING l.*
)
SELECT ${leasedBatchColumns}, b.fence AS "fence" FROM b ${batchTotals} ORDER BY b.created_at, b.id`,
};
