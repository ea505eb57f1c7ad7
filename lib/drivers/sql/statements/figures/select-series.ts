import { field } from '../../fragments/common-fragments.ts';
import { joinConditions, nameStatement } from '../../fragments/conditions.ts';
import { type Statement, scanTimeoutFactor } from '../../sql-client.ts';

const conditions = { key: `s.key = ${field('key')}` };

/**
 * The keys in which the most happened lately. There may be a batch for every minute of weeks, so
 * they are found among the newest rows.
 */
const busiest = `busiest AS MATERIALIZED (
  SELECT s.key FROM (
    SELECT s.key, s.started, s.ended, s.received, s.depth FROM millrace.series s
    WHERE s.kind = ${field('kind')} AND s.at >= ${field('from', 'bigint')}
      AND s.at < ${field('to', 'bigint')}
    ORDER BY s.kind DESC, s.at DESC LIMIT 20000) s
  GROUP BY s.key
  ORDER BY sum(s.started + s.ended + s.received) + coalesce(max(s.depth), 0) DESC, s.key
  LIMIT ${field('keysMax', 'integer')}
)`;

/** An expression, which no index has: looking up each key would read the whole time every time. */
const isBusiest = `AND s.key || '' IN (SELECT key FROM busiest)`;

/**
 * Sums a series by key and slot; without a key, those of the busiest `keysMax`. Slots of every
 * length are read: each value is in exactly one of them. Histograms are lines of one text.
 */
export function selectSeries(filter: { readonly key?: string }): Statement {
  return {
    name: nameStatement('select_series', conditions, filter),
    timeoutFactor: scanTimeoutFactor,
    text: `WITH asked AS MATERIALIZED (
  SELECT ${field('from', 'bigint')} AS from_at, ${field('to', 'bigint')} AS to_at,
    ${field('stepMs', 'bigint')} AS step_ms, ${field('withTook', 'boolean')} AS with_took
)${filter.key === undefined ? `,\n${busiest}` : ''}
SELECT s.key AS "key", CAST((s.at - a.from_at) / a.step_ms AS integer) AS "slot",
  CAST(sum(s.started) AS float8) AS "started", CAST(sum(s.ended) AS float8) AS "ended",
  CAST(sum(s.succeeded) AS float8) AS "succeeded", CAST(sum(s.failed) AS float8) AS "failed",
  CAST(sum(s.retried) AS float8) AS "retried", CAST(sum(s.archived) AS float8) AS "archived",
  CAST(sum(s.received) AS float8) AS "received", CAST(max(s.depth) AS float8) AS "depth",
  CAST(max(s.oldest_ms) AS float8) AS "oldestMs", CAST(max(s.workers) AS float8) AS "workers",
  CAST(max(s.busy) AS float8) AS "busy",
  string_agg(CASE WHEN a.with_took THEN s.took END, chr(10)) AS "took"
FROM millrace.series s, asked a
WHERE s.kind = ${field('kind')} AND s.at >= ${field('from', 'bigint')}
  AND s.at < ${field('to', 'bigint')} AND ${joinConditions(conditions, filter)}
  ${filter.key === undefined ? isBusiest : ''}
GROUP BY 1, 2 ORDER BY 1, 2`,
  };
}
