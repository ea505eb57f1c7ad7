import { field, recordColumns } from '../../fragments/common-fragments.ts';
import type { Statement } from '../../sql-client.ts';

/** Reads one execution by its name, with the unique index over machine and name. */
export const selectExecutionByName: Statement = {
  name: 'select_execution_by_name',
  text: `SELECT ${recordColumns} FROM millrace.executions e
WHERE e.machine_id = ${field('machineId')} AND e.name = ${field('name')}`,
};
