/** Lists a batch's executions with their inputs and outputs. */
import { batchPage, summaryColumns } from '../../fragments/fragments.ts';
import type { Statement } from '../../sql-client.ts';

/** As `list_outputs`, which spares those who need no inputs half of the reading. */
export const listResults: Statement = {
  name: 'list_results',
  text: `SELECT ${summaryColumns}, e.input AS "input", e.output AS "output" ${batchPage}`,
};
