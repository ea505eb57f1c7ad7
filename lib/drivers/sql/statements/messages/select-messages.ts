import { field } from '../../fragments/common-fragments.ts';
import { type Conditions, joinConditions, nameStatement } from '../../fragments/conditions.ts';
import { type Statement, scanTimeoutFactor } from '../../sql-client.ts';

const conditions: Conditions = {
  key: `m.key = ${field('key')}`,
  afterId: `m.id > ${field('afterId', 'uuid')}`,
};

/**
 * Lists the messages that wait for a receiver, oldest first, by the primary key, which is in the
 * order of time.
 */
export function selectMessages(filter: object): Statement {
  return {
    name: nameStatement('select_messages', conditions, filter),
    timeoutFactor: scanTimeoutFactor,
    text: `SELECT m.id::text AS "id", m.key AS "key", m.value AS "value", m.body AS "body",
  CAST(m.received_at AS float8) AS "receivedAt", CAST(m.expires_at AS float8) AS "expiresAt"
FROM millrace.messages m WHERE ${joinConditions(conditions, filter)}
ORDER BY m.id LIMIT ${field('limit', 'integer')}`,
  };
}
