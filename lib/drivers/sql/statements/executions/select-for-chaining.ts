import type { ExecutionStatus } from '../../../../engine/status.ts';
import { field } from '../../fragments/common-fragments.ts';
import {
  executionConditions,
  isInStatuses,
  joinConditions,
  nameStatement,
  nameStatuses,
} from '../../fragments/conditions.ts';
import { type Statement, scanTimeoutFactor } from '../../sql-client.ts';

const conditions = {
  ...executionConditions,
  afterId: `e.id > ${field('afterId', 'uuid')}`,
  unlinkedOnly: `NOT EXISTS (SELECT 1 FROM millrace.executions l
    WHERE l.link_source_id = e.id AND l.link_state = ${field('sourceState')}
      AND l.link_transformer = ${field('transformer')}
      AND l.machine_id = ${field('targetMachineId')})`,
};

/**
 * Lists the earlier executions that a chained batch continues, oldest first, by the primary key;
 * links are looked up in their unique index.
 * @param statuses null for any
 */
export function selectForChaining(
  filter: object,
  statuses: readonly ExecutionStatus[] | null,
): Statement {
  const name = nameStatement('select_for_chaining', conditions, filter);
  return {
    name: `${name}_${nameStatuses(statuses)}`,
    timeoutFactor: scanTimeoutFactor,
    text: `SELECT e.id::text AS "id", e.name AS "name", e.output AS "output"
FROM millrace.executions e
WHERE ${joinConditions(conditions, filter)} AND ${isInStatuses(statuses)}
ORDER BY e.id LIMIT ${field('limit', 'integer')}`,
  };
}
