import { countEnds } from '../../fragments/batch-counters.ts';
import { databaseNow, document, signalOnly } from '../../fragments/common-fragments.ts';
import type { Statement } from '../../sql-client.ts';

/** True when signals exist that a checkpoint with a release has not seen. */
const unseen = `c.status = 'RUNNING' AND e.signals_sent > greatest(e.signals_seen, c."signalsSeen")`;

/** The checkpoints, and the executions they are written to. */
const written = `checkpoint AS MATERIALIZED (
  SELECT c.*, coalesce(c.now, clock.now) AS at,
    least(coalesce(c.now, clock.now) + coalesce(c."dueInMs", ${signalOnly}), ${signalOnly}) AS due
  FROM json_to_recordset(${document}) AS c (id uuid, fence integer, status text, snapshot text,
      events text, "firstEventId" integer, ended boolean, release boolean, "dueInMs" bigint,
      "wakeupSent" boolean, attempts integer, output text, error text, cause text,
      "archiveReason" text, "signalsSeen" integer, "signalsUnused" jsonb, "notifyId" uuid, "notifyEvent" text,
      now bigint),
    (SELECT ${databaseNow} AS now) clock
),
written AS (
  UPDATE millrace.executions e SET
    stalls = CASE WHEN c.events IS NULL OR c.ended THEN e.stalls ELSE 0 END,
    status = c.status, retrying = CASE WHEN c.status = 'PENDING_REDRIVE' THEN true END,
    snapshot = c.snapshot, attempts = c.attempts, output = c.output,
    error = c.error, cause = c.cause,
    signals_seen = CASE WHEN c.status = 'RUNNING'
      THEN greatest(e.signals_seen, c."signalsSeen") ELSE e.signals_sent END,
    worker_id = CASE WHEN c.release THEN NULL ELSE e.worker_id END,
    ended_at = CASE WHEN c.ended THEN c.at END,
    due_at = CASE
      WHEN c.ended OR NOT c.release THEN NULL
      WHEN e.abort_requested OR ${unseen} THEN c.at
      ELSE c.due END,
    sent_at = CASE
      WHEN c.release AND NOT c.ended AND c."wakeupSent" AND c."dueInMs" IS NOT NULL
        AND NOT (e.abort_requested OR ${unseen})
      THEN c.due END
  FROM checkpoint c
  WHERE e.id = c.id AND e.fence = c.fence AND e.ended_at IS NULL
  RETURNING e.id, e.batch_id, e.status, c."firstEventId", c.events, c."archiveReason", c.at,
    e.queue, e.created_at, e.name, e.machine_id, e.error, e.cause, e.attempts, e.signals_seen,
    c."signalsSeen", c."signalsUnused", c."notifyId", c."notifyEvent"
)`;

/** The history of the written executions, and their archive entries. */
const recorded = `recorded AS (
  INSERT INTO millrace.history (execution_id, first_event_id, events)
  SELECT id, "firstEventId", events FROM written WHERE events IS NOT NULL
  ON CONFLICT DO NOTHING
),
archived AS (
  INSERT INTO millrace.archive AS a (task_id, queue, body, reason, deliveries, sent_at, archived_at,
    execution_id, execution_name, machine_id, batch_id, error, cause, attempts)
  SELECT id::text, queue, '', "archiveReason", 0, created_at, at, id, name, machine_id, batch_id,
    error, cause, attempts
  FROM written WHERE "archiveReason" IS NOT NULL
  ON CONFLICT (task_id) DO UPDATE SET reason = excluded.reason, error = excluded.error,
    cause = excluded.cause, attempts = excluded.attempts
)`;

/** Ends that an earlier call has already written. */
const again = `again AS MATERIALIZED (
  SELECT c.id, c.fence, c.status FROM checkpoint c
  WHERE c.ended AND c.id NOT IN (SELECT id FROM written)
)
SELECT id::text AS "id" FROM written
UNION ALL
SELECT a.id::text FROM again a JOIN millrace.executions e
  ON e.id = a.id AND e.fence = a.fence AND e.status = a.status`;

/**
 * The group commit: writes any number of executions' checkpoints, their history and their batches'
 * counters.
 *
 * The document is the array of checkpoints itself: one level less to parse in the statement that
 * carries nearly all of the bytes. They are sorted by id, so that two committers lock rows in the
 * same order.
 *
 * The fence decides which worker can write. An ended execution is never written again, so that its
 * end is counted once; a commit that is repeated because its first response was lost still returns
 * the execution as written (`again`). While a lease is kept, no indexed column changes. A sleep
 * that begins after an abort was requested, or after a signal that it has not seen, ends at once:
 * the row has both, and is read again when the statement had to wait for it.
 */
export const commitCheckpoints = commitStatement('commit_checkpoints', '');

/**
 * As {@link commitCheckpoints}, for groups in which signals are seen or sent. Deletes the signals
 * that a checkpoint has seen, except messages that it or an earlier checkpoint had no use for,
 * which `return-messages` puts back. Leaves signals to other executions for `deliver-notices`. The
 * table shows executions as they were before the statement. A separate statement, so that the many
 * groups without signals are not planned for them.
 */
export const commitSignalled = commitStatement(
  'commit_signalled',
  `unseen AS (
  DELETE FROM millrace.signals s USING written w
  JOIN millrace.executions before ON before.id = w.id
  WHERE s.execution_id = w.id AND s.id <= w.signals_seen AND (s.message IS NULL
    OR (s.id > before.signals_seen AND s.id <= w."signalsSeen"
      AND NOT w."signalsUnused" @> to_jsonb(s.id)))
),
noticed AS (
  INSERT INTO millrace.notices (execution_id, event)
  SELECT "notifyId", "notifyEvent" FROM written WHERE "notifyId" IS NOT NULL ORDER BY id
),
`,
);

function commitStatement(name: string, more: string): Statement {
  return {
    name,
    text: `WITH ${written},
${recorded},
${more}${countEnds('written', 1)},
${again}`,
  };
}
