import { clock, requestedIds, wakeupColumns } from '../../fragments/common-fragments.ts';
import { reopenChosen } from '../../fragments/redrive.ts';
import { type Statement, scanTimeoutFactor } from '../../sql-client.ts';

/** Makes ended executions run again from the state that failed. Returns the tasks to send. */
export const redriveExecutions: Statement = {
  name: 'redrive_executions',
  timeoutFactor: scanTimeoutFactor,
  text: `WITH ${clock}, ${requestedIds}, chosen AS (SELECT id FROM asked), ${reopenChosen}
SELECT ${wakeupColumns} FROM reopened e`,
};
