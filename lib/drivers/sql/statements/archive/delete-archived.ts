/** Deletes entries of the archive. */
import { archiveConditions } from '../../fragments/archive-conditions.ts';
import { conditionsGiven, nameGiven } from '../../fragments/conditions.ts';
import { field } from '../../fragments/fragments.ts';
import type { Statement } from '../../sql-client.ts';

/** Oldest first; their executions stay as they ended. Returns a row per entry deleted. */
export function deleteArchived(filter: object): Statement {
  return {
    name: nameGiven('delete_archived', archiveConditions, filter),
    text: `WITH doomed AS MATERIALIZED (
  SELECT a.task_id FROM millrace.archive a WHERE ${conditionsGiven(archiveConditions, filter)}
  ORDER BY a.archived_at, a.task_id LIMIT ${field('limit', 'integer')} FOR UPDATE SKIP LOCKED
)
DELETE FROM millrace.archive a USING doomed WHERE a.task_id = doomed.task_id
RETURNING a.task_id AS "taskId"`,
  };
}
