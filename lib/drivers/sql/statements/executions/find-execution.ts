/** Reads one execution by its name. */
import { field, recordColumns } from '../../fragments/fragments.ts';
import type { Statement } from '../../sql-client.ts';

/** By the unique index over machine and name. */
export const findExecution: Statement = {
  name: 'find_execution',
  text: `SELECT ${recordColumns} FROM millrace.executions e
WHERE e.machine_id = ${field('machineId')} AND e.name = ${field('name')}`,
};
