import { field } from '../../fragments/common-fragments.ts';
import { orderColumns } from '../../fragments/order-columns.ts';
import type { Statement } from '../../sql-client.ts';

/** Reads one order. */
export const selectOrderById: Statement = {
  name: 'select_order_by_id',
  text: `SELECT ${orderColumns} FROM millrace.orders o WHERE o.id = ${field('id', 'uuid')}`,
};
