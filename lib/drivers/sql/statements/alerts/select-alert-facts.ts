import { batchTotals, clock, field, now } from '../../fragments/common-fragments.ts';
import { type Statement, scanTimeoutFactor } from '../../sql-client.ts';

/** Maximum number of batches that are watched. */
const batchesMax = 100;

/**
 * Reads the open batches, newest first, and counts what was archived lately, both by an index and
 * up to a limit. The count is in each row; without a batch, there is one row with its columns null.
 */
export const selectAlertFacts: Statement = {
  name: 'select_alert_facts',
  timeoutFactor: scanTimeoutFactor,
  text: `WITH ${clock},
archived AS MATERIALIZED (
  SELECT count(*) AS count FROM (
    SELECT 1 FROM millrace.archive a
    WHERE a.archived_at >= ${now} - ${field('archivedWithinMs', 'bigint')}
    LIMIT ${field('archivedMax', 'integer')}
  ) recent
),
watched AS MATERIALIZED (
  SELECT b.id, b.name, b.status, b.reason, b.created_at FROM millrace.batches b
  WHERE b.ended_at IS NULL AND b.machine_id NOT LIKE '%/%'
  ORDER BY b.created_at DESC, b.id DESC LIMIT ${batchesMax}
),
counted AS (
  SELECT b.*, t.succeeded + t.failed + t.timed_out + t.aborted AS ended,
    t.failed + t.timed_out AS failures
  FROM watched b ${batchTotals}
)
SELECT c.id AS "id", c.name AS "name", c.status AS "status", c.reason AS "reason",
  c.ended AS "ended", c.failures AS "failed", CAST(archived.count AS float8) AS "archived"
FROM archived LEFT JOIN counted c ON true
ORDER BY c.created_at DESC, c.id DESC`,
};
