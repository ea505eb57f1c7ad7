import { document, field } from '../../fragments/common-fragments.ts';
import type { Statement } from '../../sql-client.ts';

/** Finds the names that executions of a machine have, by the index that keeps them unique. */
export const selectTakenNames: Statement = {
  name: 'select_taken_names',
  text: `SELECT e.name AS "name", e.batch_id AS "batchId"
FROM json_array_elements_text(${document}->'names') AS n (name)
  JOIN millrace.executions e ON e.machine_id = ${field('machineId')} AND e.name = n.name`,
};
