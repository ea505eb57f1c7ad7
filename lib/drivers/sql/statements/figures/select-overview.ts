import { batchTotals, clock, field, now } from '../../fragments/common-fragments.ts';
import { oldestSent } from '../../fragments/queue-names.ts';
import { type Statement, scanTimeoutFactor } from '../../sql-client.ts';

/**
 * Reads the state of a deployment in one statement, as JSON texts. Its cost depends on the number
 * of queues, workers and held executions; the archive is counted up to a maximum.
 */
export const selectOverview: Statement = {
  name: 'select_overview',
  timeoutFactor: scanTimeoutFactor,
  text: `WITH RECURSIVE ${clock},
${oldestSent},
held AS MATERIALIZED (
  SELECT queue, worker_id, count(*) AS count FROM millrace.executions
  WHERE worker_id IS NOT NULL GROUP BY queue, worker_id
),
open AS (
  SELECT * FROM millrace.batches WHERE ended_at IS NULL AND strpos(machine_id, '/') = 0
  ORDER BY created_at DESC, id DESC LIMIT ${field('batchesMax', 'integer')}
),
batch AS (
  SELECT b.id, b.name, b.machine_id AS "machineId", b.status, b.reason,
    b.source_done AS "sourceDone", b.created_at AS "createdAt", t.created, t.succeeded, t.failed,
    t.timed_out AS "timedOut", t.aborted
  FROM open b ${batchTotals} ORDER BY b.created_at DESC, b.id DESC
),
worker AS (
  SELECT w.about, w.expires_at > ${now} AS alive,
    coalesce((SELECT sum(h.count) FROM held h WHERE h.worker_id = w.worker_id), 0) AS running
  FROM millrace.workers w
  WHERE w.about IS NOT NULL AND w.expires_at > ${now} - ${field('goneMs', 'bigint')}
  ORDER BY w.since, w.worker_id
),
hour AS (
  SELECT coalesce(sum(s.ended), 0) AS ended, coalesce(sum(s.failed), 0) AS failed,
    coalesce(sum(s.archived), 0) AS archived
  FROM millrace.series s
  WHERE s.kind = 'total' AND s.at >= ${now} - ${field('hourMs', 'bigint')} AND s.at <= ${now}
),
point AS (
  SELECT s.key AS queue, s.at, sum(s.received) AS received, max(s.depth) AS depth
  FROM millrace.series s
  WHERE s.kind = 'queue' AND s.at >= ${now} - ${field('pointsMs', 'bigint')} AND s.step = 10000
  GROUP BY s.key, s.at ORDER BY s.key, s.at
)
SELECT CAST(${now} AS float8) AS "now",
  (SELECT CAST(coalesce(json_agg(b), '[]') AS text) FROM batch b) AS "batches",
  (SELECT CAST(row_to_json(h) AS text) FROM hour h) AS "lastHour",
  (SELECT CAST(count(*) AS float8) FROM (SELECT 1 FROM millrace.archive
    LIMIT ${field('archiveMax', 'integer')}) a) AS "archived",
  (SELECT CAST(coalesce(json_agg(w), '[]') AS text) FROM worker w) AS "workers",
  (SELECT CAST(coalesce(json_agg(q), '[]') AS text) FROM (
    SELECT queue, sum(count) AS count FROM held GROUP BY queue ORDER BY queue) q) AS "held",
  (SELECT CAST(coalesce(json_agg(q), '[]') AS text) FROM (
    SELECT queue, ${now} - sent_at AS "oldestMs" FROM sent WHERE sent_at <= ${now}
    ORDER BY queue) q) AS "waits",
  (SELECT CAST(coalesce(json_agg(p), '[]') AS text) FROM point p) AS "queues"`,
};
