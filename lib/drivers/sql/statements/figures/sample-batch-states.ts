import { field } from '../../fragments/common-fragments.ts';
import { type Statement, scanTimeoutFactor } from '../../sql-client.ts';

/**
 * Counts the states that the open executions among the newest of a batch are in, by their
 * snapshots. Reads a bounded number of rows, by the index over the batch.
 */
export const sampleBatchStates: Statement = {
  name: 'sample_batch_states',
  timeoutFactor: scanTimeoutFactor,
  text: `WITH newest AS MATERIALIZED (
  SELECT e.status, e.ended_at, e.snapshot FROM millrace.executions e
  WHERE e.batch_id = ${field('batchId')}
  ORDER BY e.batch_index DESC LIMIT ${field('rowsMax', 'integer')}
),
counted AS (
  SELECT CASE WHEN status = 'RUNNING'
    THEN coalesce(CAST(snapshot AS json)->'root'->>'state', '') ELSE '' END AS state,
    CAST(count(*) AS float8) AS count
  FROM newest WHERE ended_at IS NULL GROUP BY 1
)
SELECT (SELECT count(*) FROM newest) < ${field('rowsMax', 'integer')} AS "isComplete",
  c.state AS "state", c.count AS "count"
FROM (SELECT 1) one LEFT JOIN counted c ON true ORDER BY c.state COLLATE "C"`,
};
