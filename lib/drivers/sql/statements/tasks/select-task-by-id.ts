import { clock, field, recordColumns } from '../../fragments/common-fragments.ts';
import { taskState } from '../../fragments/task-states.ts';
import type { Statement } from '../../sql-client.ts';

/** Reads one execution as a task, by the primary key, with its archive entry. */
export const selectTaskById: Statement = {
  name: 'select_task',
  text: `WITH ${clock}
SELECT ${recordColumns}, ${taskState} AS "state", e.abort_requested AS "abortRequested",
  CAST(x.archived_at AS float8) AS "archivedAt", x.reason AS "archiveReason"
FROM millrace.executions e LEFT JOIN millrace.archive x ON x.execution_id = e.id
WHERE e.id = ${field('id', 'uuid')}`,
};
