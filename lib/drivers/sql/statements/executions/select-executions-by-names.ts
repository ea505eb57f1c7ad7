import { document, recordColumns } from '../../fragments/common-fragments.ts';
import type { Statement } from '../../sql-client.ts';
import { machineIdOfName } from './select-execution-by-name.ts';

/**
 * Reads the executions of several names, each with the unique index over machine and name: `LIMIT`
 * keeps the planner from a join that reads the table.
 */
export const selectExecutionsByNames: Statement = {
  name: 'select_executions_by_names',
  text: `SELECT asked.position AS "position", found.*
FROM json_to_recordset(${document}->'names') AS asked (position integer, "machineId" text, name text)
CROSS JOIN LATERAL (SELECT ${recordColumns} FROM millrace.executions e
  WHERE e.machine_id = ${machineIdOfName('asked."machineId"')} AND e.name = asked.name
  LIMIT 1) found`,
};
