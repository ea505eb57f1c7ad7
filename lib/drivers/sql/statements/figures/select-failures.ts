import { field } from '../../fragments/common-fragments.ts';
import { type Statement, scanTimeoutFactor } from '../../sql-client.ts';

/**
 * Reads the most frequent failures of a scope, each with the execution that failed last as it is
 * now. `total` is the number of all failures; `sampleId` is null when that execution was deleted.
 * Returns one row without an error when there is no failure.
 */
export const selectFailures: Statement = {
  name: 'select_failures',
  timeoutFactor: scanTimeoutFactor,
  text: `WITH summed AS (
  SELECT error, state, CAST(sum(count) AS float8) AS count, min(first_at) AS first_at,
    max(last_at) AS last_at, (array_agg(sample_id ORDER BY last_at DESC, shard))[1] AS sample_id
  FROM millrace.failure_counts WHERE scope = ${field('scope')} GROUP BY error, state
),
shown AS (
  SELECT s.*, CAST(sum(count) OVER () AS float8) AS total FROM summed s
  ORDER BY count DESC, error, state LIMIT ${field('limit', 'integer')}
)
SELECT EXISTS (SELECT 1 FROM millrace.batches b
    WHERE b.id = substr(${field('scope')}, 3) AND ${field('scope')} LIKE 'b:%') AS "isKnown",
  s.error AS "error", s.state AS "state", s.count AS "count", s.total AS "total",
  CAST(s.first_at AS float8) AS "firstAt", CAST(s.last_at AS float8) AS "lastAt",
  e.id::text AS "sampleId", e.name AS "sampleName", e.cause AS "sampleCause"
FROM (SELECT 1) one LEFT JOIN shown s ON true LEFT JOIN millrace.executions e ON e.id = s.sample_id
ORDER BY s.count DESC, s.error, s.state`,
};
