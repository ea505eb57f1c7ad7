import { field } from '../../fragments/common-fragments.ts';
import type { Statement } from '../../sql-client.ts';

/**
 * Records how far a batch's tasks have been sent. Never decreases, so that a late response cannot
 * undo progress.
 */
export const updateSentIndex: Statement = {
  name: 'update_sent_index',
  hasOnePlan: true,
  text: `UPDATE millrace.batches SET sent_index = greatest(sent_index, ${field('sentIndex', 'integer')})
WHERE id = ${field('batchId')} AND fence = ${field('fence', 'integer')}
RETURNING 1 AS "n"`,
};
