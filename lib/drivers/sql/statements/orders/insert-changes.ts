import { clock, document, now } from '../../fragments/common-fragments.ts';
import type { Statement } from '../../sql-client.ts';

/** Records changes that were made, as orders that are DONE. */
export const insertChanges: Statement = {
  name: 'insert_changes',
  text: `WITH ${clock}
INSERT INTO millrace.orders (id, at, made_by, via, request_id, action, object, selection, reason,
  status, up_to, done, refused, ended_at, outcome)
SELECT c.id, ${now}, c."by", c.via, c."requestId", c.action, c.object, c."over", c.reason, 'DONE',
  ${now}, c.done, c.refused, ${now}, c.outcome
FROM json_to_recordset(${document}->'changes') AS c (id uuid, "by" text, via text,
  "requestId" text, action text, object text, "over" text, reason text, done bigint,
  refused bigint, outcome text)
ON CONFLICT DO NOTHING
RETURNING 1 AS "n"`,
};
