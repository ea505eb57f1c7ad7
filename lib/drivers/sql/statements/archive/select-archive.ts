import type { ArchiveOrder } from '../../../../ports/store/archive-store.ts';
import { archiveConditions } from '../../fragments/archive-conditions.ts';
import { field } from '../../fragments/common-fragments.ts';
import { joinConditions, nameStatement } from '../../fragments/conditions.ts';
import { type Statement, scanTimeoutFactor } from '../../sql-client.ts';

const start = `(${field('afterAt', 'bigint')}, ${field('afterId')})`;

const orders = {
  newestFirst: { name: 'select_archive', direction: 'DESC', comparison: '<' },
  oldestFirst: { name: 'select_archive_oldest', direction: 'ASC', comparison: '>' },
} as const satisfies Record<ArchiveOrder, object>;

/**
 * Lists the archive. Reads the index over the time of archiving, backwards for the newest first.
 */
export function selectArchive(filter: object, order: ArchiveOrder): Statement {
  const { name, direction, comparison } = orders[order];
  const conditions = {
    ...archiveConditions,
    afterId: `(a.archived_at, a.task_id) ${comparison} ${start}`,
  };
  return {
    name: nameStatement(name, conditions, filter),
    timeoutFactor: scanTimeoutFactor,
    text: `SELECT a.task_id AS "taskId", a.queue AS "queue", a.body AS "body", a.reason AS "reason",
  a.deliveries AS "deliveries", CAST(a.sent_at AS float8) AS "sentAt",
  CAST(a.archived_at AS float8) AS "archivedAt", a.execution_id::text AS "executionId",
  a.execution_name AS "executionName", a.machine_id AS "machineId", a.batch_id AS "batchId",
  a.error AS "error", a.cause AS "cause", a.attempts AS "attempts"
FROM millrace.archive a WHERE ${joinConditions(conditions, filter)}
ORDER BY a.archived_at ${direction}, a.task_id ${direction} LIMIT ${field('limit', 'integer')}`,
  };
}
