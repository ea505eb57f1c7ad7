/** Lists a batch's executions with their outputs. */
import { field, summaryColumns } from '../fragments.ts';
import type { Statement } from '../sql-client.ts';

/**
 * By the index over the batch, so that reading all of a large batch page by page reads each row
 * once.
 */
export const listOutputs: Statement = {
  name: 'list_outputs',
  text: `SELECT ${summaryColumns}, e.output AS "output" FROM millrace.executions e
WHERE e.batch_id = ${field('batchId')}
  AND e.batch_index >= ${field('afterIndex', 'integer')}
  AND (e.batch_index, e.id) > (${field('afterIndex', 'integer')}, ${field('afterId', 'uuid')})
ORDER BY e.batch_index, e.id LIMIT ${field('limit', 'integer')}`,
};
