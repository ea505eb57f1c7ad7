import { document } from '../../fragments/common-fragments.ts';
import { existingExecution, newExecutionFields } from '../../fragments/new-executions.ts';
import { type Statement, scanTimeoutFactor } from '../../sql-client.ts';

/**
 * Finds the existing executions in whose favour an insert was refused, when the inserting statement
 * could not see them because they were committed after it began.
 */
export const resolveExecutions: Statement = {
  name: 'resolve_executions',
  timeoutFactor: scanTimeoutFactor,
  text: `SELECT w.id::text AS "askedId", false AS "created", ${existingExecution}::text AS "id"
FROM json_to_recordset(${document}->'executions') AS w (${newExecutionFields})`,
};
