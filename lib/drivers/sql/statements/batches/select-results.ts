import { batchPage, summaryColumns } from '../../fragments/common-fragments.ts';
import { type Statement, scanTimeoutFactor } from '../../sql-client.ts';

/**
 * Lists a batch's executions with their inputs and outputs. Apart from `select_outputs`, whose
 * callers need no inputs: those are half of the bytes.
 */
export const selectResults: Statement = {
  name: 'select_results',
  timeoutFactor: scanTimeoutFactor,
  text: `SELECT ${summaryColumns}, e.input AS "input", e.output AS "output" ${batchPage}`,
};
