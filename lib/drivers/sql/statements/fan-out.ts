/** Records one chunk of a batch's executions together with the cursor to read on from. */
import { countCreated } from '../batch-counters.ts';
import { clock, document, field } from '../fragments.ts';
import { earlierOne, insertExecutions, newExecutionFields } from '../new-executions.ts';
import type { Statement } from '../sql-client.ts';

/**
 * The cursor moves, and anything is inserted, only under the batch's fence and while it is RUNNING.
 * Their tasks count as sent: the leader sends them next, and the batch's sent index tells whoever
 * follows it which it had not. Returns no row when the lease was lost, and one with a null
 * `askedId` for a chunk without executions.
 */
export const fanOut: Statement = {
  name: 'fan_out',
  text: `WITH ${clock},
wanted AS MATERIALIZED (
  SELECT * FROM json_to_recordset(${document}->'executions') AS w (${newExecutionFields})
),
lease AS (
  UPDATE millrace.batches SET
    cursor = ${field('cursor')}, source_done = ${field('sourceDone', 'boolean')}
  WHERE id = ${field('batchId')} AND fence = ${field('fence', 'integer')} AND status = 'RUNNING'
  RETURNING id
),
${insertExecutions('clock.now', 'lease, clock')},
${countCreated('inserted')}
SELECT w.id::text AS "askedId", i.id IS NOT NULL AS "created",
  CASE WHEN i.id IS NOT NULL OR w.id IS NULL THEN i.id::text ELSE ${earlierOne}::text END AS "id"
FROM lease LEFT JOIN wanted w ON true LEFT JOIN inserted i ON i.id = w.id`,
};
