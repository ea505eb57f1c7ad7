import { field } from '../../fragments/common-fragments.ts';
import type { Statement } from '../../sql-client.ts';

/** Records that a command no longer waits for a message, by the primary key. */
export const deleteWaiter: Statement = {
  name: 'delete_waiter',
  text: `DELETE FROM millrace.message_waiters
WHERE execution_id = ${field('executionId', 'uuid')} AND command = ${field('command')}
RETURNING 1 AS "n"`,
};
