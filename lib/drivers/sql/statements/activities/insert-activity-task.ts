import { clock, field, now } from '../../fragments/common-fragments.ts';
import type { Statement } from '../../sql-client.ts';

/** Stores an activity task; storing it again changes nothing. */
export const insertActivityTask: Statement = {
  name: 'insert_activity_task',
  text: `WITH ${clock}
INSERT INTO millrace.activity_tasks (execution_id, command, activity, task_token, input,
  scheduled_at)
SELECT ${field('executionId', 'uuid')}, ${field('command')}, ${field('activity')},
  ${field('taskToken')}, ${field('input')}, ${now}
ON CONFLICT DO NOTHING
RETURNING 1 AS "n"`,
};
