import { batchTotals, clock, document, now } from '../../fragments/common-fragments.ts';
import { type Statement, scanTimeoutFactor } from '../../sql-client.ts';

/** Batches, orders and alerts whose changes an overview shows: the newest ones. */
const shown = 30;

const totals = `t.created, t.succeeded, t.failed, t.timed_out, t.aborted`;

/** The batch with its counters, and the number of steps that its executions have made. */
const batch = `(SELECT concat_ws('|', b.status, b.reason, b.abort_reason, b.source_done,
    b.sent_index, md5(b.cursor), b.ended_at, ${totals}, s.steps)
  FROM millrace.batches b ${batchTotals} CROSS JOIN LATERAL (
    SELECT sum(c.entered + c.failed + c.caught + c.retried) AS steps
    FROM millrace.state_counts c WHERE c.scope = 'b:' || b.id
  ) s WHERE b.id = a.id)`;

/** Every change of an execution is a new value of its row, a chunk of history, or both. */
const execution = `(SELECT concat_ws('|', e.id, e.status, e.fence, e.attempts, e.worker_id, e.due_at,
    e.sent_at, e.ended_at, e.abort_requested, e.signals_sent, e.signals_seen, (
      SELECT h.first_event_id FROM millrace.history h WHERE h.execution_id = e.id
      ORDER BY h.first_event_id DESC LIMIT 1
    )) FROM millrace.executions e`;

const workers = `(SELECT string_agg(
    concat_ws('|', w.worker_id, w.about, w.expires_at > ${now}), ',' ORDER BY w.worker_id
  ) FROM millrace.workers w)`;

const orders = `(SELECT string_agg(
    concat_ws('|', o.id, o.status, o.per_second, o.done, o.refused), ',' ORDER BY o.at, o.id
  ) FROM (SELECT * FROM millrace.orders ORDER BY at DESC, id DESC LIMIT ${shown}) o)`;

const alerts = `concat_ws('|', (
    SELECT string_agg(concat_ws('|', l.id, l.severity, l.message), ',' ORDER BY l.id)
    FROM millrace.alerts l WHERE l.ended_at IS NULL
  ), (SELECT max(l.ended_at) FROM millrace.alerts l WHERE l.ended_at IS NOT NULL))`;

/** What begins and ends, from the ends of indexes. */
const work = `concat_ws('|', (SELECT e.id FROM millrace.executions e ORDER BY e.id DESC LIMIT 1), (
    SELECT max(e.ended_at) FROM millrace.executions e
    WHERE e.ended_at IS NOT NULL AND e.retention_ms IS NULL
  ), (
    SELECT string_agg(concat_ws('|', b.id, b.status, b.reason, ${totals}), ',' ORDER BY b.id)
    FROM (SELECT * FROM millrace.batches ORDER BY created_at DESC, id DESC LIMIT ${shown}) b
    ${batchTotals}
  ), (SELECT max(archived_at) FROM millrace.archive))`;

/**
 * Returns a fingerprint of each topic in the document's `topics`, in their order. A CASE evaluates
 * only the branches that are asked for, and each of them reads a few rows by an index.
 */
export const selectFingerprints: Statement = {
  name: 'select_fingerprints',
  timeoutFactor: scanTimeoutFactor,
  text: `WITH ${clock},
asked AS MATERIALIZED (
  SELECT value->>'kind' AS kind, value->>'id' AS id, value->>'machineId' AS machine_id,
    value->>'name' AS name, CAST(value->>'executionId' AS uuid) AS execution_id, place
  FROM json_array_elements(${document}->'topics') WITH ORDINALITY AS t (value, place)
)
SELECT coalesce(md5(CASE a.kind
  WHEN 'batch' THEN ${batch}
  WHEN 'execution' THEN CASE WHEN a.name IS NULL
    THEN ${execution} WHERE e.id = a.execution_id)
    ELSE ${execution} WHERE e.machine_id = a.machine_id AND e.name = a.name)
  END
  WHEN 'workers' THEN ${workers}
  WHEN 'orders' THEN coalesce(${orders}, '-')
  WHEN 'alerts' THEN ${alerts}
  WHEN 'queues' THEN ${work}
  ELSE concat_ws('|', ${work}, ${workers}, ${alerts})
END), '') AS "fingerprint"
FROM asked a ORDER BY a.place`,
};
