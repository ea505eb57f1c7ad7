import { batchColumns, batchTotals, field } from '../../fragments/common-fragments.ts';
import { joinConditions, nameStatement } from '../../fragments/conditions.ts';
import type { Statement } from '../../sql-client.ts';

const conditions = {
  status: `b.status = ${field('status')}`,
  name: `b.name = ${field('name')}`,
  afterId: `(b.created_at, b.id) < (${field('afterAt', 'bigint')}, ${field('afterId')})`,
};

/**
 * Lists batches, newest first: reads the index over the creation time backwards, and sums counters
 * only for the rows shown.
 */
export function selectBatches(filter: object): Statement {
  return {
    name: nameStatement('select_batches', conditions, filter),
    text: `SELECT ${batchColumns} FROM (
  SELECT * FROM millrace.batches b WHERE ${joinConditions(conditions, filter)}
  ORDER BY b.created_at DESC, b.id DESC LIMIT ${field('limit', 'integer')}
) b ${batchTotals}
ORDER BY b.created_at DESC, b.id DESC`,
  };
}
