import { document } from '../../fragments/common-fragments.ts';
import type { Statement } from '../../sql-client.ts';

/**
 * Counts the tasks that wait for the workers of each activity. The document is referenced because
 * every statement takes one.
 */
export const selectActivities: Statement = {
  name: 'select_activities',
  text: `SELECT activity AS "activity", CAST(count(*) AS float8) AS "tasks",
  CAST(min(scheduled_at) AS float8) AS "oldestAt"
FROM millrace.activity_tasks WHERE ${document} IS NOT NULL
GROUP BY activity ORDER BY activity`,
};
