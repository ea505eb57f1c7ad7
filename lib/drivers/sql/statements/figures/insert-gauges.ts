import { clock, document, field, now } from '../../fragments/common-fragments.ts';
import type { Statement } from '../../sql-client.ts';

/** Records the gauges of the current time slot, of each queue and of all together. */
export const insertGauges: Statement = {
  name: 'insert_gauges',
  text: `WITH ${clock},
queue AS MATERIALIZED (
  SELECT q.* FROM json_to_recordset(${document}->'queues')
    AS q (queue text, depth bigint, "oldestMs" bigint)
),
gauge AS (
  SELECT 'queue' AS kind, queue AS key, max(depth) AS depth, max("oldestMs") AS oldest_ms,
    CAST(NULL AS integer) AS workers, CAST(NULL AS integer) AS busy
  FROM queue GROUP BY queue
  UNION ALL
  SELECT 'total', '', coalesce(sum(depth), 0), coalesce(max("oldestMs"), 0),
    ${field('workers', 'integer')}, ${field('busy', 'integer')}
  FROM queue
)
INSERT INTO millrace.series AS s (kind, at, key, step, shard, started, ended, succeeded, failed,
  retried, archived, received, depth, oldest_ms, workers, busy)
SELECT kind, ${now} / 10000 * 10000, key, 10000, 0, 0, 0, 0, 0, 0, 0, 0, depth, oldest_ms, workers,
  busy
FROM gauge ORDER BY kind, key
ON CONFLICT (kind, at, key, step, shard) DO UPDATE SET
  depth = greatest(s.depth, excluded.depth), oldest_ms = greatest(s.oldest_ms, excluded.oldest_ms),
  workers = greatest(s.workers, excluded.workers), busy = greatest(s.busy, excluded.busy)
RETURNING 1`,
};
