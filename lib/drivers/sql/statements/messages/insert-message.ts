import { clock, field, now } from '../../fragments/common-fragments.ts';
import type { Statement } from '../../sql-client.ts';

/** Stores a message; a second one with its id changes nothing. */
export const insertMessage: Statement = {
  name: 'insert_message',
  text: `WITH ${clock}
INSERT INTO millrace.messages (id, key, value, body, received_at, expires_at, stored_at)
SELECT ${field('id', 'uuid')}, ${field('key')}, ${field('value')}, ${field('body')}, ${now},
  ${now} + ${field('ttlMs', 'bigint')}, ${now}
ON CONFLICT DO NOTHING
RETURNING 1 AS "n"`,
};
