/** Fills the tables of figures, counters and changes, so that they say what the executions say. */
import type pg from 'pg';

/**
 * Copies the figures of the real batches: a batch of `k` times as many executions has `k` times as
 * many of everything. Histograms of durations are copied as they are.
 */
export async function copyFigures(client: pg.Client): Promise<void> {
  const times = `CROSS JOIN LATERAL (SELECT f.size / count(*) AS k FROM template_executions t
    WHERE t.machine_id = f.machine_id) x`;
  const templateOf = `JOIN template_batches b ON b.machine_id = f.machine_id`;
  const scope = `coalesce('b:' || f.id, 'm:' || f.machine_id || '@' || b.machine_version)`;
  await client.query(
    `INSERT INTO millrace.batch_counters
       (batch_id, shard, created, succeeded, failed, timed_out, aborted)
     SELECT f.id, 0, sum(c.created) * x.k, sum(c.succeeded) * x.k, sum(c.failed) * x.k,
       sum(c.timed_out) * x.k, sum(c.aborted) * x.k
     FROM fill_batches f ${templateOf} ${times}
     JOIN millrace.batch_counters c ON c.batch_id = b.id
     WHERE f.id IS NOT NULL GROUP BY f.number, f.id, x.k`,
  );
  await client.query(
    `INSERT INTO millrace.state_counts
       (scope, state, shard, current, entered, failed, caught, retried, folded_at)
     SELECT ${scope}, c.state, 0, 0, sum(c.entered) * x.k, sum(c.failed) * x.k,
       sum(c.caught) * x.k, sum(c.retried) * x.k, f.ended
     FROM fill_batches f ${templateOf} ${times}
     JOIN millrace.state_counts c ON c.scope = 'b:' || b.id
     GROUP BY f.number, f.id, f.machine_id, b.machine_version, f.ended, c.state, x.k`,
  );
  await client.query(
    `INSERT INTO millrace.state_times (scope, state, shard, took)
     SELECT DISTINCT ON (1, 2) ${scope}, c.state, 0, c.took
     FROM fill_batches f ${templateOf} JOIN millrace.state_times c ON c.scope = 'b:' || b.id`,
  );
  await client.query(
    `INSERT INTO millrace.failure_counts
       (scope, error, state, shard, count, first_at, last_at, sample_id)
     SELECT 'b:' || f.id, c.error, c.state, 0, c.count * x.k, f.began, f.ended,
       (SELECT e.id FROM millrace.executions e WHERE e.batch_id = f.id AND e.failed_as IS NOT NULL
          AND e.error = c.error AND e.failed_state = c.state ORDER BY e.id DESC LIMIT 1)
     FROM fill_batches f ${templateOf} ${times}
     JOIN (SELECT scope, error, state, sum(count) AS count FROM millrace.failure_counts
       GROUP BY scope, error, state) c ON c.scope = 'b:' || b.id
     WHERE f.id IS NOT NULL`,
  );
}

/** The length of a slot of a series by its age: what the janitor would have folded it into. */
const step = `CASE WHEN ended_at > CAST($1 AS bigint) - 7200000 THEN 10000
  WHEN ended_at > CAST($1 AS bigint) - 172800000 THEN 60000 ELSE 3600000 END`;

/** Counts the series of everything, and by queue, machine and batch, from the executions. */
export async function countSeries(client: pg.Client): Promise<void> {
  const kinds = {
    total: `''`,
    queue: 'queue',
    machine: 'machine_id',
    batch: 'batch_id',
  };
  for (const [kind, key] of Object.entries(kinds)) {
    await client.query(
      `INSERT INTO millrace.series (kind, at, key, step, shard, started, ended, succeeded, failed,
         retried, archived, received, depth, oldest_ms, workers, busy, took)
       SELECT '${kind}', s.at, s.key, s.step, 0, s.count, s.count, s.count - s.failed, s.failed, 0,
         s.failed, s.count, ${kind === 'queue' || kind === 'total' ? '1000, 900' : 'NULL, NULL'},
         ${kind === 'total' ? '2, 200' : 'NULL, NULL'}, (SELECT took FROM template_series
           ORDER BY length(took) DESC LIMIT 1)
       FROM (SELECT ended_at / step * step AS at, key, step, count(*) AS count,
           count(failed_as) AS failed
         FROM (SELECT ended_at, ${step} AS step, ${key} AS key, failed_as
           FROM millrace.executions WHERE ended_at IS NOT NULL) e
         WHERE key IS NOT NULL GROUP BY 1, 2, 3) s
       ON CONFLICT DO NOTHING`,
      [Date.now()],
    );
  }
}

/** Adds changes to the log of orders: what operators did in a year. */
export async function addChanges(client: pg.Client, count: number): Promise<void> {
  await client.query(
    `INSERT INTO millrace.orders (id, at, made_by, via, action, object, selection, status, up_to,
       done, refused, ended_at)
     SELECT CAST(lpad(to_hex(at), 12, '0') || '7' || substr(md5(n::text), 1, 3) || '8'
         || substr(md5(n::text), 4, 15) AS uuid), at,
       (ARRAY['ada', 'grace', 'edsger'])[1 + n % 3], 'page',
       (ARRAY['pauseQueue', 'resumeQueue', 'redriveTasks', 'startBatch'])[1 + n % 4],
       'queue:' || (ARRAY['critical', 'default', 'low'])[1 + n % 3], '{}', 'DONE', at, 1, 0, at
     FROM (SELECT n, CAST($1 AS bigint) - CAST(n AS bigint) * 30000000000 / CAST($2 AS integer) AS at
       FROM generate_series(1, CAST($2 AS integer)) n) c`,
    [Date.now(), count],
  );
}
