import { field, recordColumns } from '../../fragments/common-fragments.ts';
import type { Statement } from '../../sql-client.ts';

/**
 * The id of the machine that is named: that of the living machine of the name, or the text itself,
 * which is an id then. A part after a slash names a Map of it.
 */
export const machineIdOfName = (name: string) =>
  `(SELECT coalesce(s.id, split_part(${name}, '/', 1))
    || substr(${name}, length(split_part(${name}, '/', 1)) + 1)
  FROM (SELECT 1) one LEFT JOIN millrace.state_machines s
    ON s.name = split_part(${name}, '/', 1) AND s.status <> 'DELETED')`;

/** Reads one execution by its name, with the unique index over machine and name. */
export const selectExecutionByName: Statement = {
  name: 'select_execution_by_name',
  text: `SELECT ${recordColumns} FROM millrace.executions e
WHERE e.machine_id = ${machineIdOfName(field('machineId'))} AND e.name = ${field('name')}`,
};
