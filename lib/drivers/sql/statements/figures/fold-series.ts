import { clock, field, now } from '../../fragments/common-fragments.ts';
import { onSeriesConflict } from '../../fragments/figure-sums.ts';
import { type Statement, scanTimeoutFactor } from '../../sql-client.ts';

/**
 * Folds time slots of `stepMs` that began more than `keptMs` ago into slots of `intoMs`, the oldest
 * first. Each value is in one slot at any time. Returns how many rows were folded.
 */
export const foldSeries: Statement = {
  name: 'fold_series',
  timeoutFactor: scanTimeoutFactor,
  text: `WITH ${clock},
chosen AS MATERIALIZED (
  SELECT kind, at, key, step, shard FROM millrace.series
  WHERE step = ${field('stepMs', 'integer')} AND at <
    (${now} - ${field('keptMs', 'bigint')}) / ${field('intoMs', 'bigint')} * ${field('intoMs', 'bigint')}
  ORDER BY at LIMIT ${field('limit', 'integer')} FOR UPDATE SKIP LOCKED
),
slot AS (
  DELETE FROM millrace.series s USING chosen c
  WHERE s.kind = c.kind AND s.at = c.at AND s.key = c.key AND s.step = c.step AND s.shard = c.shard
  RETURNING s.*, s.at / ${field('intoMs', 'bigint')} * ${field('intoMs', 'bigint')} AS into_at
),
took AS (
  SELECT kind, into_at, key, CAST(json_object_agg(bucket, total) AS text) AS took FROM (
    SELECT s.kind, s.into_at, s.key, j.key AS bucket, sum(CAST(j.value AS bigint)) AS total
    FROM slot s, json_each_text(CAST(s.took AS json)) j GROUP BY s.kind, s.into_at, s.key, j.key
  ) summed GROUP BY kind, into_at, key
),
folded AS (
  INSERT INTO millrace.series AS s (kind, at, key, step, shard, started, ended, succeeded, failed,
    retried, archived, received, depth, oldest_ms, workers, busy, took)
  SELECT r.kind, r.into_at, r.key, ${field('intoMs', 'integer')}, 0, sum(r.started), sum(r.ended),
    sum(r.succeeded), sum(r.failed), sum(r.retried), sum(r.archived), sum(r.received),
    max(r.depth), max(r.oldest_ms), max(r.workers), max(r.busy), max(took.took)
  FROM slot r
    LEFT JOIN took ON took.kind = r.kind AND took.into_at = r.into_at AND took.key = r.key
  GROUP BY r.kind, r.into_at, r.key ORDER BY r.kind, r.into_at, r.key
  ${onSeriesConflict}
)
SELECT CAST(count(*) AS float8) AS "count" FROM chosen`,
};
