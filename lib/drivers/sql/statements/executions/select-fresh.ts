import { document } from '../../fragments/common-fragments.ts';
import type { Statement } from '../../sql-client.ts';

/**
 * Selects the checkpoints that their last commit wrote for the first time: the same transaction
 * wrote the execution and its history. A repeated commit writes the execution again, and finds the
 * history written. An execution that was changed since is left out.
 */
export const selectFresh: Statement = {
  name: 'select_fresh',
  text: `SELECT e.id::text AS "id"
FROM json_to_recordset(${document}->'checkpoints') AS c (id uuid, "firstEventId" integer)
  JOIN millrace.executions e ON e.id = c.id
  JOIN millrace.history h ON h.execution_id = c.id AND h.first_event_id = c."firstEventId"
WHERE h.xmin = e.xmin`,
};
