import { batchTotals, clock, field, now } from '../../fragments/common-fragments.ts';
import { type Statement, scanTimeoutFactor } from '../../sql-client.ts';

/**
 * Folds the counts, times and failures of ended batches into one row each. A batch without an open
 * execution has none in any state: what a crash had lost of the current counts is corrected here.
 * Returns how many batches were folded.
 */
export const foldCounts: Statement = {
  name: 'fold_counts',
  timeoutFactor: scanTimeoutFactor,
  text: `WITH ${clock},
chosen AS MATERIALIZED (
  SELECT c.scope FROM (SELECT DISTINCT scope FROM millrace.state_counts
    WHERE shard > 0 AND scope LIKE 'b:%') c
  JOIN millrace.batches b ON b.id = substr(c.scope, 3) ${batchTotals}
  WHERE b.ended_at IS NOT NULL
    AND t.created = t.succeeded + t.failed + t.timed_out + t.aborted
  ORDER BY c.scope LIMIT ${field('limit', 'integer')}
),
count_row AS (
  DELETE FROM millrace.state_counts c USING chosen
  WHERE c.scope = chosen.scope AND c.shard > 0 RETURNING c.*
),
time_row AS (
  DELETE FROM millrace.state_times t USING chosen
  WHERE t.scope = chosen.scope AND t.shard > 0 RETURNING t.*
),
failure_row AS (
  DELETE FROM millrace.failure_counts f USING chosen
  WHERE f.scope = chosen.scope AND f.shard > 0 RETURNING f.*
),
counted AS (
  INSERT INTO millrace.state_counts AS s
    (scope, state, shard, current, entered, failed, caught, retried, folded_at)
  SELECT scope, state, 0, 0, sum(entered), sum(failed), sum(caught), sum(retried), ${now}
  FROM count_row GROUP BY scope, state ORDER BY scope, state
  ON CONFLICT (scope, state, shard) DO UPDATE SET current = 0,
    entered = s.entered + excluded.entered, failed = s.failed + excluded.failed,
    caught = s.caught + excluded.caught, retried = s.retried + excluded.retried,
    folded_at = excluded.folded_at
),
timed AS (
  INSERT INTO millrace.state_times AS s (scope, state, shard, took)
  SELECT scope, state, 0, CAST(json_object_agg(bucket, total) AS text) FROM (
    SELECT r.scope, r.state, j.key AS bucket, sum(CAST(j.value AS bigint)) AS total
    FROM time_row r, json_each_text(CAST(r.took AS json)) j GROUP BY r.scope, r.state, j.key
  ) summed GROUP BY scope, state ORDER BY scope, state
  ON CONFLICT (scope, state, shard) DO UPDATE SET
    took = millrace.add_histograms(s.took, excluded.took)
),
failed AS (
  INSERT INTO millrace.failure_counts AS s
    (scope, error, state, shard, count, first_at, last_at, sample_id)
  SELECT scope, error, state, 0, sum(count), min(first_at), max(last_at),
    (array_agg(sample_id ORDER BY last_at DESC, shard))[1]
  FROM failure_row GROUP BY scope, error, state ORDER BY scope, error, state
  ON CONFLICT (scope, error, state, shard) DO UPDATE SET count = s.count + excluded.count,
    last_at = excluded.last_at, sample_id = excluded.sample_id
)
SELECT CAST(count(*) AS float8) AS "count" FROM chosen`,
};
