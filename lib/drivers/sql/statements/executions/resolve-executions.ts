/** Finds the executions that stand where others were wanted. */
import { document } from '../../fragments/fragments.ts';
import { earlierOne, newExecutionFields } from '../../fragments/new-executions.ts';
import type { Statement } from '../../sql-client.ts';

/**
 * Run after an insert was refused in favour of an execution that the inserting statement could not
 * see yet, because it was committed after that statement began.
 */
export const resolveExecutions: Statement = {
  name: 'resolve_executions',
  text: `SELECT w.id::text AS "askedId", false AS "created", ${earlierOne}::text AS "id"
FROM json_to_recordset(${document}->'executions') AS w (${newExecutionFields})`,
};
