import { clock, field, now } from '../../fragments/common-fragments.ts';
import { orderColumns } from '../../fragments/order-columns.ts';
import type { Statement } from '../../sql-client.ts';

/** Records an order as RUNNING. Returns no row when its id is known. */
export const insertOrder: Statement = {
  name: 'insert_order',
  text: `WITH ${clock}
INSERT INTO millrace.orders AS o (id, at, made_by, via, request_id, action, object, selection,
  reason, status, per_second, items_max, total, up_to)
SELECT ${field('id', 'uuid')}, ${now}, ${field('by')}, ${field('via')}, ${field('requestId')},
  ${field('action')}, ${field('object')}, ${field('over')}, ${field('reason')}, 'RUNNING',
  ${field('perSecond', 'integer')}, ${field('itemsMax', 'bigint')}, ${field('total', 'bigint')},
  coalesce(${field('upTo', 'bigint')}, ${now} + 1)
ON CONFLICT DO NOTHING
RETURNING ${orderColumns}`,
};
