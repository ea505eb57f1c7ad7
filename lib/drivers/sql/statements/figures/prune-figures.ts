import { clock, field, now } from '../../fragments/common-fragments.ts';
import { type Statement, scanTimeoutFactor } from '../../sql-client.ts';

const before = `${now} - ${field('retentionMs', 'bigint')}`;

/**
 * Deletes time slots that are older than the retention, and the figures of batches that were folded
 * as long ago. Returns the larger of the numbers of slots and batches.
 */
export const pruneFigures: Statement = {
  name: 'prune_figures',
  timeoutFactor: scanTimeoutFactor,
  text: `WITH ${clock},
chosen AS MATERIALIZED (
  SELECT kind, at, key, step, shard FROM millrace.series
  WHERE step IN (10000, 60000, 3600000) AND at < ${before}
  LIMIT ${field('limit', 'integer')} FOR UPDATE SKIP LOCKED
),
slots AS (
  DELETE FROM millrace.series s USING chosen c
  WHERE s.kind = c.kind AND s.at = c.at AND s.key = c.key AND s.step = c.step AND s.shard = c.shard
),
scopes AS MATERIALIZED (
  SELECT DISTINCT scope FROM millrace.state_counts WHERE folded_at < ${before}
  LIMIT ${field('limit', 'integer')}
),
counts AS (
  DELETE FROM millrace.state_counts c USING scopes WHERE c.scope = scopes.scope
),
times AS (
  DELETE FROM millrace.state_times t USING scopes WHERE t.scope = scopes.scope
),
failures AS (
  DELETE FROM millrace.failure_counts f USING scopes WHERE f.scope = scopes.scope
)
SELECT CAST(greatest((SELECT count(*) FROM chosen), (SELECT count(*) FROM scopes)) AS float8)
  AS "count"`,
};
