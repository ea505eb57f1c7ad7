import {
  clock,
  heldBack,
  now,
  requestedIds,
  wakeupColumns,
} from '../../fragments/common-fragments.ts';
import { sleepKind } from '../../fragments/task-states.ts';
import { type Statement, scanTimeoutFactor } from '../../sql-client.ts';

/**
 * Makes executions due now that start later or are retried later. Other sleepers do not change:
 * they would only fall asleep again, or be held back again.
 */
export const makeTasksDue: Statement = {
  name: 'make_tasks_due',
  timeoutFactor: scanTimeoutFactor,
  text: `WITH ${clock}, ${requestedIds}
UPDATE millrace.executions e SET due_at = NULL, sent_at = ${now}
FROM asked a
WHERE e.id = a.id AND e.due_at > ${now} AND e.due_at <> ${heldBack} AND ${sleepKind} IN ('scheduled', 'retry')
RETURNING ${wakeupColumns}`,
};
