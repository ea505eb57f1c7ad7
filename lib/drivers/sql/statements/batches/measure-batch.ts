import { field } from '../../fragments/common-fragments.ts';
import type { Statement } from '../../sql-client.ts';

/**
 * Computes statistics of a batch's executions in one pass over its rows; returns them as JSON texts
 * in one row.
 */
export const measureBatch: Statement = {
  name: 'measure_batch',
  text: `WITH e AS MATERIALIZED (
  SELECT status, queue, error, ended_at, ended_at - started_at AS took FROM millrace.executions
  WHERE batch_id = ${field('batchId')}
),
took AS (
  SELECT percentile_disc(ARRAY[0.5, 0.95, 0.99]) WITHIN GROUP (ORDER BY took) AS at
  FROM e WHERE took IS NOT NULL
)
SELECT
  (SELECT CAST(coalesce(json_object_agg(status, n), '{}') AS text)
    FROM (SELECT status, count(*) AS n FROM e GROUP BY status) s) AS "byStatus",
  (SELECT CAST(coalesce(json_object_agg(queue, n), '{}') AS text)
    FROM (SELECT queue, count(*) AS n FROM e GROUP BY queue) q) AS "byQueue",
  (SELECT CAST(coalesce(json_object_agg(error, n), '{}') AS text)
    FROM (SELECT error, count(*) AS n FROM e
      WHERE error IS NOT NULL AND ended_at IS NOT NULL GROUP BY error) r) AS "byError",
  CAST(at[1] AS float8) AS "p50", CAST(at[2] AS float8) AS "p95", CAST(at[3] AS float8) AS "p99"
FROM took`,
};
