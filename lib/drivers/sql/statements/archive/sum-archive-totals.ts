import { field } from '../../fragments/common-fragments.ts';
import { type Statement, scanTimeoutFactor } from '../../sql-client.ts';

/** Adds up the totals of the archive, the most frequent first. Reads no entry. */
export const sumArchiveTotals: Statement = {
  name: 'sum_archive_totals',
  timeoutFactor: scanTimeoutFactor,
  text: `WITH seen AS MATERIALIZED (
  SELECT t.error, t.machine_id, t.queue, t.count FROM millrace.archive_totals t
  LIMIT ${field('rowsMax', 'integer')}
),
sums AS MATERIALIZED (
  SELECT s.error, s.machine_id, s.queue, sum(s.count) AS count FROM seen s
  GROUP BY s.error, s.machine_id, s.queue HAVING sum(s.count) > 0
)
SELECT s.error AS "error", s.machine_id AS "machineId", s.queue AS "queue",
  CAST(s.count AS float8) AS "count", CAST((SELECT sum(count) FROM sums) AS float8) AS "total",
  CAST((SELECT count(*) FROM seen) AS float8) AS "read"
FROM sums s ORDER BY s.count DESC, s.error, s.machine_id, s.queue LIMIT ${field('limit', 'integer')}`,
};
