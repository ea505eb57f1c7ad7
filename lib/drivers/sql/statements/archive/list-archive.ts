/** Lists the archive, newest first. */
import { archiveConditions } from '../../fragments/archive-conditions.ts';
import { conditionsGiven, nameGiven } from '../../fragments/conditions.ts';
import { field } from '../../fragments/fragments.ts';
import type { Statement } from '../../sql-client.ts';

const conditions = {
  ...archiveConditions,
  afterId: `(a.archived_at, a.task_id) < (${field('afterAt', 'bigint')}, ${field('afterId')})`,
};

/** By the index over the time of archiving backwards. */
export function listArchive(filter: object): Statement {
  return {
    name: nameGiven('list_archive', conditions, filter),
    text: `SELECT a.task_id AS "taskId", a.queue AS "queue", a.body AS "body", a.reason AS "reason",
  a.deliveries AS "deliveries", CAST(a.sent_at AS float8) AS "sentAt",
  CAST(a.archived_at AS float8) AS "archivedAt", a.execution_id::text AS "executionId",
  a.execution_name AS "executionName", a.machine_id AS "machineId", a.batch_id AS "batchId",
  a.error AS "error", a.cause AS "cause", a.attempts AS "attempts"
FROM millrace.archive a WHERE ${conditionsGiven(conditions, filter)}
ORDER BY a.archived_at DESC, a.task_id DESC LIMIT ${field('limit', 'integer')}`,
  };
}
