import { clock, field, now } from '../../fragments/common-fragments.ts';
import { type Statement, scanTimeoutFactor } from '../../sql-client.ts';

/**
 * Deletes orders that ended long ago, oldest first. An order ends after it began, so the index over
 * its beginning finds it. Returns a row per deleted order.
 */
export const pruneOrders: Statement = {
  name: 'prune_orders',
  timeoutFactor: scanTimeoutFactor,
  text: `WITH ${clock},
doomed AS MATERIALIZED (
  SELECT id FROM millrace.orders
  WHERE at < ${now} - ${field('retentionMs', 'bigint')}
    AND ended_at < ${now} - ${field('retentionMs', 'bigint')}
  ORDER BY at, id LIMIT ${field('limit', 'integer')} FOR UPDATE SKIP LOCKED
)
DELETE FROM millrace.orders o USING doomed WHERE o.id = doomed.id
RETURNING 1 AS "n"`,
};
