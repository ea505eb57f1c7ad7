import { batchPage, summaryColumns } from '../../fragments/common-fragments.ts';
import { type Statement, scanTimeoutFactor } from '../../sql-client.ts';

/**
 * Lists a batch's executions with their outputs. Uses the index over the batch, so that reading all
 * of a large batch page by page reads each row once.
 */
export const selectOutputs: Statement = {
  name: 'select_outputs',
  timeoutFactor: scanTimeoutFactor,
  text: `SELECT ${summaryColumns}, e.output AS "output" ${batchPage}`,
};
