import { field } from '../../fragments/common-fragments.ts';
import { type Conditions, joinConditions, nameStatement } from '../../fragments/conditions.ts';
import { orderColumns } from '../../fragments/order-columns.ts';
import type { Statement } from '../../sql-client.ts';

const conditions: Conditions = {
  status: `o.status = ${field('status')}`,
  by: `o.made_by = ${field('by')}`,
  action: `o.action = ${field('action')}`,
  object: `o.object = ${field('object')}`,
  from: `o.at >= ${field('from', 'float8')}`,
  before: `o.at < ${field('before', 'float8')}`,
  afterId: `(o.at, o.id) < (${field('afterAt', 'bigint')}, ${field('afterId', 'uuid')})`,
};

/** Lists orders and other changes, newest first: by the index over time, or that of an object. */
export function selectOrders(filter: object): Statement {
  return {
    name: nameStatement('select_orders', conditions, filter),
    text: `SELECT ${orderColumns} FROM millrace.orders o
WHERE ${joinConditions(conditions, filter)}
ORDER BY o.at DESC, o.id DESC LIMIT ${field('limit', 'integer')}`,
  };
}
