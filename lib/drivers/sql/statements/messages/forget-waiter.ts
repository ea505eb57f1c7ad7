/** A command waits for no message any longer. */
import { field } from '../../fragments/fragments.ts';
import type { Statement } from '../../sql-client.ts';

/** By the primary key. */
export const forgetWaiter: Statement = {
  name: 'forget_waiter',
  text: `DELETE FROM millrace.message_waiters
WHERE execution_id = ${field('executionId', 'uuid')} AND command = ${field('command')}
RETURNING 1 AS "n"`,
};
