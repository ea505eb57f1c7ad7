import { clock, document, field, now } from '../../fragments/common-fragments.ts';
import { orderColumns } from '../../fragments/order-columns.ts';
import type { Statement } from '../../sql-client.ts';

/**
 * Changes an order's status when it still is what the caller expects. One conditional update, so
 * that of two concurrent changes one wins. Returns the order when the change was made.
 */
export const transitionOrder: Statement = {
  name: 'transition_order',
  text: `WITH ${clock}
UPDATE millrace.orders o SET status = ${field('to')}, outcome = ${field('outcome')},
  per_second = coalesce(${field('perSecond', 'integer')}, o.per_second),
  ended_at = CASE WHEN ${field('to')} IN ('DONE', 'CANCELLED', 'FAILED') THEN ${now} END
WHERE o.id = ${field('orderId', 'uuid')}
  AND o.status IN (SELECT value FROM json_array_elements_text(${document}->'from'))
  AND (${field('fence', 'integer')} IS NULL OR o.fence = ${field('fence', 'integer')})
RETURNING ${orderColumns}`,
};
