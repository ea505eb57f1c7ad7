/** Makes what starts later, or is tried again later, due now. */
import { askedIds, clock, now, wakeupColumns } from '../../fragments/fragments.ts';
import { sleepKind } from '../../fragments/task-states.ts';
import type { Statement } from '../../sql-client.ts';

/** A sleeper in the midst of its work is left alone: it would only fall asleep again. */
export const hurryTasks: Statement = {
  name: 'hurry_tasks',
  text: `WITH ${clock}, ${askedIds}
UPDATE millrace.executions e SET due_at = NULL, sent_at = ${now}
FROM asked a
WHERE e.id = a.id AND e.due_at > ${now} AND ${sleepKind} IN ('scheduled', 'retry')
RETURNING ${wakeupColumns}`,
};
