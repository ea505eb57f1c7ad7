import { clock, field, now } from '../../fragments/common-fragments.ts';
import type { Statement } from '../../sql-client.ts';

/**
 * Lists the processes that sent metadata with a heartbeat. There are few workers, and few
 * executions are held: the latter are read once, by their index.
 */
export const selectWorkers: Statement = {
  name: 'select_workers',
  text: `WITH ${clock},
held AS (
  SELECT worker_id, count(*) AS count FROM millrace.executions
  WHERE worker_id IS NOT NULL GROUP BY worker_id
)
SELECT w.worker_id AS "workerId", w.about AS "about", CAST(w.since AS float8) AS "since",
  CAST(w.beat_at AS float8) AS "lastBeatAt",
  CAST(w.expires_at - ${now} AS float8) AS "expiresInMs", w.expires_at > ${now} AS "alive",
  CAST(coalesce(h.count, 0) AS float8) AS "running"
FROM millrace.workers w LEFT JOIN held h ON h.worker_id = w.worker_id
WHERE w.about IS NOT NULL AND w.expires_at > ${now} - ${field('goneMs', 'bigint')}
ORDER BY w.since, w.worker_id`,
};
