import { field, summaryColumns } from '../../fragments/common-fragments.ts';
import { executionConditions, joinConditions, nameStatement } from '../../fragments/conditions.ts';
import type { Statement } from '../../sql-client.ts';

const conditions = { ...executionConditions, afterId: `e.id < ${field('afterId', 'uuid')}` };

/**
 * Lists executions, newest first: reads the primary key backwards, because ids are UUIDs of version
 * 7, which sort by time of creation.
 */
export function selectExecutions(filter: object): Statement {
  return {
    name: nameStatement('select_executions', conditions, filter),
    text: `SELECT ${summaryColumns} FROM millrace.executions e
WHERE ${joinConditions(conditions, filter)}
ORDER BY e.id DESC LIMIT ${field('limit', 'integer')}`,
  };
}
