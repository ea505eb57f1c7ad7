import { field, recordColumns } from '../../fragments/common-fragments.ts';
import type { Statement } from '../../sql-client.ts';

/** Reads one execution, by the primary key. */
export const selectExecutionById: Statement = {
  name: 'select_execution',
  text: `SELECT ${recordColumns} FROM millrace.executions e WHERE e.id = ${field('id', 'uuid')}`,
};
