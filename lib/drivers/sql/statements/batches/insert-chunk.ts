import { countChunk } from '../../fragments/batch-counters.ts';
import { given } from '../../fragments/common-fragments.ts';
import {
  existingExecution,
  insertedExecutions,
  newExecutionFields,
} from '../../fragments/new-executions.ts';
import { type Statement, scanTimeoutFactor } from '../../sql-client.ts';

/**
 * Records one chunk of a batch's executions together with the cursor to resume from. Moves the
 * cursor and inserts only under the batch's fence and while it is RUNNING. The executions' tasks
 * count as sent: the leader sends them next, and the batch's sent index tells a later leader which
 * ones it did not send. Returns no row when the lease was lost, and one with a null `askedId` for a
 * chunk without executions.
 */
export const insertChunk: Statement = {
  name: 'insert_chunk',
  hasOnePlan: true,
  timeoutFactor: scanTimeoutFactor,
  text: `WITH ${given(`"batchId" text, fence integer, cursor text, "sourceDone" boolean, executions json`)},
wanted AS MATERIALIZED (
  SELECT w.* FROM given, json_to_recordset(given.executions) AS w (${newExecutionFields})
),
lease AS (
  UPDATE millrace.batches b SET cursor = given.cursor, source_done = given."sourceDone"
  FROM given WHERE b.id = given."batchId" AND b.fence = given.fence AND b.status = 'RUNNING'
    AND b.abort_reason IS NULL
  RETURNING b.id
),
${insertedExecutions('clock.now', 'lease, clock')},
${countChunk}
SELECT w.id::text AS "askedId", i.id IS NOT NULL AS "created",
  CASE WHEN i.id IS NOT NULL OR w.id IS NULL THEN i.id::text ELSE ${existingExecution}::text END AS "id"
FROM lease LEFT JOIN wanted w ON true LEFT JOIN inserted i ON i.id = w.id`,
};
