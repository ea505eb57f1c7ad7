import { clock, field, now } from '../../fragments/common-fragments.ts';
import { orderColumns } from '../../fragments/order-columns.ts';
import type { Statement } from '../../sql-client.ts';

/**
 * Leases running orders to a leader, those leased longest ago first, by the rules of batches: the
 * fence grows when the leader changes, and of two successors only one gets an order.
 */
export const leaseOrders: Statement = {
  name: 'lease_orders',
  text: `WITH ${clock},
free AS MATERIALIZED (
  SELECT id FROM millrace.orders
  WHERE status = 'RUNNING' AND CASE WHEN ${field('predecessor')} IS NULL
      THEN leader_id IS NULL OR leader_id = ${field('leaderId')} OR lease_ends_at <= ${now}
      ELSE leader_id IN (${field('leaderId')}, ${field('predecessor')}) END
  ORDER BY leased_at NULLS FIRST, id LIMIT ${field('limit', 'integer')} FOR UPDATE SKIP LOCKED
),
o AS (
  UPDATE millrace.orders l SET
    fence = l.fence + CASE WHEN l.leader_id IS NOT DISTINCT FROM ${field('leaderId')} THEN 0 ELSE 1 END,
    leader_id = ${field('leaderId')}, leased_at = ${now},
    lease_ends_at = ${now} + ${field('leaseMs', 'bigint')}
  FROM free WHERE l.id = free.id
  RETURNING l.*
)
SELECT ${orderColumns}, o.fence AS "fence", o.progress AS "progress" FROM o ORDER BY o.at, o.id`,
};
