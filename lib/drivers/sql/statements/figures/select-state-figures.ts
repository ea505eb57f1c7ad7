import { batchTotals, field } from '../../fragments/common-fragments.ts';
import { type Statement, scanTimeoutFactor } from '../../sql-client.ts';

/**
 * Reads a scope's batch with its counters, and the counts of its states, in one snapshot of the
 * database, so that they add up. Returns a row per state, or one without a state when there is
 * none; histograms are lines of one text.
 */
export const selectStateFigures: Statement = {
  name: 'select_state_figures',
  timeoutFactor: scanTimeoutFactor,
  text: `WITH batch AS (
  SELECT b.machine_id, b.machine_version, t.* FROM millrace.batches b ${batchTotals}
  WHERE b.id = substr(${field('scope')}, 3) AND ${field('scope')} LIKE 'b:%'
),
counts AS (
  SELECT state, CAST(sum(current) AS float8) AS current, CAST(sum(entered) AS float8) AS entered,
    CAST(sum(failed) AS float8) AS failed, CAST(sum(caught) AS float8) AS caught,
    CAST(sum(retried) AS float8) AS retried
  FROM millrace.state_counts WHERE scope = ${field('scope')} GROUP BY state
),
times AS (
  SELECT state, string_agg(took, chr(10) ORDER BY shard) AS took
  FROM millrace.state_times WHERE scope = ${field('scope')} GROUP BY state
)
SELECT b.machine_id AS "machineId", b.machine_version AS "machineVersion",
  b.created AS "created", b.succeeded AS "succeeded", b.failed AS "batchFailed",
  b.timed_out AS "timedOut", b.aborted AS "aborted",
  c.state AS "state", c.current AS "current", c.entered AS "entered", c.failed AS "failed",
  c.caught AS "caught", c.retried AS "retried", t.took AS "took"
FROM (SELECT 1) one LEFT JOIN batch b ON true LEFT JOIN counts c ON true
  LEFT JOIN times t ON t.state = c.state
ORDER BY c.state`,
};
