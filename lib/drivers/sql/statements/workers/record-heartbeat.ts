import { clock, field, now } from '../../fragments/common-fragments.ts';
import type { Statement } from '../../sql-client.ts';

/**
 * Extends a worker's lease. Writes one row however many executions the worker holds. Returns the
 * executions whose abort was requested, and those that have signals, each found by an index of its
 * own.
 */
export const recordHeartbeat: Statement = {
  name: 'record_heartbeat',
  hasOnePlan: true,
  text: `WITH ${clock},
lease AS (
  INSERT INTO millrace.workers AS w (worker_id, since, expires_at, about, beat_at)
  SELECT ${field('workerId')}, clock.now, clock.now + ${field('leaseMs', 'bigint')},
    ${field('about')}, clock.now
  FROM clock
  ON CONFLICT (worker_id) DO UPDATE SET expires_at = excluded.expires_at,
    about = coalesce(excluded.about, w.about), beat_at = excluded.beat_at
)
SELECT e.id::text AS "id", 'abort' AS "why" FROM millrace.executions e
WHERE e.worker_id = ${field('workerId')} AND e.abort_requested AND ${now} IS NOT NULL
UNION ALL
SELECT e.id::text, 'signal' FROM millrace.executions e
WHERE e.worker_id = ${field('workerId')} AND e.signals_sent > e.signals_seen
ORDER BY 1`,
};
