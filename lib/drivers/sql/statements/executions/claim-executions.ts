import {
  clock,
  countedStall,
  field,
  heldBack,
  isOfBatchOnHold,
  now,
  requestedIds,
} from '../../fragments/common-fragments.ts';
import type { Statement } from '../../sql-client.ts';

/**
 * Hands executions to a worker and extends the worker's lease.
 *
 * Reads first and then updates only rows that have not changed since, with the fence as the proof:
 * of two concurrent claims the second waits for the row, finds another fence and gets nothing.
 * (Checking again whether the holder's lease is still valid would be wrong there: a lease created
 * by the first claim is invisible to the second's snapshot.) Executions that the worker holds
 * already, from a claim whose response was lost or to run them alone, are handed out again. Rows
 * are locked in the order of their ids, which the caller sorts. Executions of a batch on hold that
 * have not begun an attempt are put to sleep instead, so that they cost one claim and no more.
 * Returns one row per requested id; `fence` is null where the execution was not handed out.
 */
export const claimExecutions: Statement = {
  name: 'claim_executions',
  hasOnePlan: true,
  timeoutFactor: 2,
  text: `WITH ${clock}, ${requestedIds},
lease AS (
  INSERT INTO millrace.workers (worker_id, since, expires_at)
  SELECT ${field('workerId')}, clock.now, clock.now + ${field('leaseMs', 'bigint')} FROM clock
  ON CONFLICT (worker_id) DO UPDATE SET expires_at = excluded.expires_at
),
seen AS MATERIALIZED (
  SELECT a.id, e.fence, e.worker_id, e.ended_at, e.due_at, w.expires_at,
    e.status IN ('PENDING', 'PENDING_REDRIVE') AND e.worker_id IS NULL AND NOT e.abort_requested
      AND (e.due_at IS NULL OR e.due_at <= ${now} OR e.due_at = ${heldBack})
      AND ${isOfBatchOnHold('e.batch_id')} AS on_hold
  FROM asked a
    LEFT JOIN millrace.executions e ON e.id = a.id
    LEFT JOIN millrace.workers w ON w.worker_id = e.worker_id AND w.expires_at > ${now}
),
parked AS (
  UPDATE millrace.executions e SET due_at = ${heldBack}, sent_at = NULL
  FROM seen s
  WHERE e.id = s.id AND s.on_hold AND e.fence = s.fence AND e.worker_id IS NULL
    AND e.ended_at IS NULL AND (e.due_at IS NULL OR e.due_at <= ${now})
),
claimed AS (
  UPDATE millrace.executions e SET
    worker_id = ${field('workerId')}, fence = e.fence + 1,
    stalls = e.stalls + CASE WHEN e.worker_id IS NULL OR s.expires_at IS NOT NULL
      THEN 0 ELSE ${countedStall} END,
    alone = ${field('alone', 'boolean')},
    started_at = coalesce(e.started_at, ${now}), due_at = NULL, sent_at = NULL
  FROM seen s
  WHERE e.id = s.id AND (s.expires_at IS NULL OR s.worker_id = ${field('workerId')})
    AND NOT s.on_hold AND e.fence = s.fence AND e.worker_id IS NOT DISTINCT FROM s.worker_id
    AND e.ended_at IS NULL AND (e.due_at IS NULL OR e.due_at <= ${now})
  RETURNING e.id, e.fence, e.machine_id, e.machine_version, e.name, e.input, e.queue, e.batch_id,
    e.batch_index, e.status, e.snapshot, e.attempts, e.retries_max, e.stalls, e.abort_requested,
    e.problem, e.created_at, e.reply_to, e.timeout_ms, e.deadline_at, e.traceparent, e.mock_case,
    e.signals_sent > e.signals_seen AS signalled
)
SELECT s.id::text AS "id", s.fence IS NOT NULL AS "known", s.ended_at IS NOT NULL AS "ended",
  CAST(s.due_at - ${now} AS float8) AS "dueInMs",
  coalesce(s.on_hold, false) AS "onHold",
  CAST(s.expires_at - ${now} AS float8) AS "heldMs", c.fence AS "fence",
  c.machine_id AS "machineId", c.machine_version AS "machineVersion", c.name AS "name",
  c.input AS "input", c.queue AS "queue", c.batch_id AS "batchId", c.batch_index AS "batchIndex",
  c.status AS "status", c.snapshot AS "snapshot", c.attempts AS "attempts",
  c.retries_max AS "retriesMax", c.stalls AS "stalls", c.abort_requested AS "abortRequested",
  c.problem AS "problem", c.reply_to AS "replyTo", c.signalled AS "signalled",
  CAST(c.created_at AS float8) AS "createdAt", CAST(c.timeout_ms AS float8) AS "timeoutMs",
  CAST(c.deadline_at AS float8) AS "deadlineAt", c.traceparent AS "traceparent", c.mock_case AS "mockCase",
  CAST(${now} AS float8) AS "claimedAt"
FROM seen s LEFT JOIN claimed c ON c.id = s.id`,
};
