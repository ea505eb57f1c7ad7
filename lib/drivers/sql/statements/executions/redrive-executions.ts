/** Runs ended executions again from where they failed. */
import { askedIds, clock, wakeupColumns } from '../../fragments/fragments.ts';
import { reopenChosen } from '../../fragments/redrive-sql.ts';
import type { Statement } from '../../sql-client.ts';

/** Returns the tasks to send. */
export const redriveExecutions: Statement = {
  name: 'redrive_executions',
  text: `WITH ${clock}, ${askedIds}, chosen AS (SELECT id FROM asked), ${reopenChosen}
SELECT ${wakeupColumns} FROM reopened e`,
};
