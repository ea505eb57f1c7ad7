import { batchColumns, batchTotals, field } from '../../fragments/common-fragments.ts';
import type { Statement } from '../../sql-client.ts';

/** Reads one batch, by the primary key, with the sum of its counters. */
export const selectBatchById: Statement = {
  name: 'select_batch',
  hasOnePlan: true,
  text: `SELECT ${batchColumns} FROM millrace.batches b ${batchTotals} WHERE b.id = ${field('id')}`,
};
