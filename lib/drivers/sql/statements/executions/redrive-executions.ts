import { clock, requestedIds, wakeupColumns } from '../../fragments/common-fragments.ts';
import { reopenChosen } from '../../fragments/redrive.ts';
import type { Statement } from '../../sql-client.ts';

/** Makes ended executions run again from the state that failed. Returns the tasks to send. */
export const redriveExecutions: Statement = {
  name: 'redrive_executions',
  text: `WITH ${clock}, ${requestedIds}, chosen AS (SELECT id FROM asked), ${reopenChosen}
SELECT ${wakeupColumns} FROM reopened e`,
};
