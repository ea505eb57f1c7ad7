import { clock, field, now } from '../../fragments/common-fragments.ts';
import type { Statement } from '../../sql-client.ts';

/** Records that a command waits for a message; a second time changes nothing. */
export const insertWaiter: Statement = {
  name: 'insert_waiter',
  text: `WITH ${clock}
INSERT INTO millrace.message_waiters (execution_id, command, key, value, since)
SELECT ${field('executionId', 'uuid')}, ${field('command')}, ${field('key')}, ${field('value')},
  ${now}
ON CONFLICT DO NOTHING
RETURNING 1 AS "n"`,
};
