import { field } from '../../fragments/common-fragments.ts';
import type { Statement } from '../../sql-client.ts';

/** Deletes an activity task, by the primary key. */
export const deleteActivityTask: Statement = {
  name: 'delete_activity_task',
  text: `DELETE FROM millrace.activity_tasks
WHERE execution_id = ${field('executionId', 'uuid')} AND command = ${field('command')}
RETURNING 1 AS "n"`,
};
