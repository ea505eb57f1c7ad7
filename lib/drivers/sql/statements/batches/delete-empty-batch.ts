import { deleteGoneBatches, isEmptyAndEnded } from '../../fragments/batch-deletion.ts';
import { field } from '../../fragments/common-fragments.ts';
import type { Statement } from '../../sql-client.ts';

/** Deletes one batch that has ended and whose executions are deleted; returns 1 or 0. */
export const deleteEmptyBatch: Statement = {
  name: 'delete_batch',
  text: `WITH gone AS MATERIALIZED (
  SELECT b.id FROM millrace.batches b
  WHERE b.id = ${field('batchId')} AND ${isEmptyAndEnded} FOR UPDATE
),
${deleteGoneBatches}`,
};
