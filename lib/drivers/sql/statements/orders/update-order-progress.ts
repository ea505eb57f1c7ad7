import { field } from '../../fragments/common-fragments.ts';
import type { Statement } from '../../sql-client.ts';

/**
 * Saves the progress of an order under its lease, and adds to its counters. With `onlyRunning`, not
 * when the order was paused or ended. Returns a row when it was saved.
 */
export const updateOrderProgress: Statement = {
  name: 'update_order_progress',
  text: `UPDATE millrace.orders SET progress = ${field('progress')},
  done = done + ${field('done', 'bigint')}, refused = refused + ${field('refused', 'bigint')}
WHERE id = ${field('orderId', 'uuid')} AND fence = ${field('fence', 'integer')}
  AND (status = 'RUNNING' OR NOT ${field('onlyRunning', 'boolean')})
RETURNING 1 AS "n"`,
};
