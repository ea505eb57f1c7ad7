import { field, heldBack, signalOnly } from '../../fragments/common-fragments.ts';
import { type Statement, scanTimeoutFactor } from '../../sql-client.ts';

/** Where an open execution is, as `OpenExecutions` names it; NULL when it has ended. */
const place = `CASE
    WHEN ended_at IS NOT NULL THEN NULL
    WHEN worker_id IS NOT NULL THEN 'running'
    WHEN due_at = ${heldBack} THEN 'heldBack'
    WHEN status = 'PENDING_REDRIVE' THEN 'retrying'
    WHEN due_at = ${signalOnly} THEN 'waiting'
    WHEN due_at IS NOT NULL THEN 'sleeping'
    ELSE 'pending' END`;

/**
 * Computes statistics of a batch's executions in one pass over its rows; returns them as JSON texts
 * in one row.
 */
export const measureBatch: Statement = {
  name: 'measure_batch',
  timeoutFactor: scanTimeoutFactor,
  text: `WITH e AS MATERIALIZED (
  SELECT status, queue, error, ended_at, ended_at - started_at AS took, ${place} AS place
  FROM millrace.executions
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
  (SELECT CAST(coalesce(json_object_agg(error, n), '{}') AS text)
    FROM (SELECT error, count(*) AS n FROM e
      WHERE error IS NOT NULL AND status = 'PENDING_REDRIVE' GROUP BY error) r) AS "byRetriedError",
  (SELECT CAST(coalesce(json_object_agg(place, n), '{}') AS text)
    FROM (SELECT place, count(*) AS n FROM e WHERE place IS NOT NULL GROUP BY place) p) AS "open",
  CAST(at[1] AS float8) AS "p50", CAST(at[2] AS float8) AS "p95", CAST(at[3] AS float8) AS "p99"
FROM took`,
};
