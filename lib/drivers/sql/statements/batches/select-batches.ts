import { batchColumns, batchTotals, document, field } from '../../fragments/common-fragments.ts';
import { joinConditions, nameStatement } from '../../fragments/conditions.ts';
import type { Statement } from '../../sql-client.ts';

const conditions = {
  statuses: `b.status IN (SELECT value FROM json_array_elements_text(${document}->'statuses'))`,
  name: `b.name = ${field('name')}`,
  machineId: `b.machine_id = ${field('machineId')}`,
  createdFrom: `b.created_at >= ${field('createdFrom', 'float8')}`,
  createdBefore: `b.created_at < ${field('createdBefore', 'float8')}`,
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
