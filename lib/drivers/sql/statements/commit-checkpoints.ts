/**
 * The group commit: any number of executions' checkpoints, their history and their batches'
 * counters.
 */
import { countEnds } from '../batch-counters.ts';
import { databaseNow, document, signalOnly } from '../fragments.ts';
import type { Statement } from '../sql-client.ts';

/**
 * The document is the array of checkpoints itself: one level less to parse in the statement that
 * carries nearly all of the bytes. They come sorted by id, so that two committers lock rows in the
 * same order.
 *
 * The fence decides who may write. An ended execution is never written again, so that its end is
 * counted once; a commit that is repeated because its first answer was lost is told "written" all
 * the same (`again`). While a lease is kept no indexed column changes. A sleep that began after
 * someone asked for an abort ends at once.
 */
export const commitCheckpoints: Statement = {
  name: 'commit_checkpoints',
  text: `WITH checkpoint AS MATERIALIZED (
  SELECT c.*, coalesce(c.now, clock.now) AS at,
    least(coalesce(c.now, clock.now) + coalesce(c."dueInMs", ${signalOnly}), ${signalOnly}) AS due
  FROM json_to_recordset(${document}) AS c (id uuid, fence integer, status text, snapshot text,
      events text, "firstEventId" integer, ended boolean, release boolean, "dueInMs" bigint,
      "wakeupSent" boolean, attempts integer, output text, error text, cause text,
      "archiveReason" text, now bigint),
    (SELECT ${databaseNow} AS now) clock
),
written AS (
  UPDATE millrace.executions e SET
    stalls = CASE WHEN c.events IS NULL OR c.ended THEN e.stalls ELSE 0 END,
    status = c.status, snapshot = c.snapshot, attempts = c.attempts, output = c.output,
    error = c.error, cause = c.cause,
    worker_id = CASE WHEN c.release THEN NULL ELSE e.worker_id END,
    ended_at = CASE WHEN c.ended THEN c.at END,
    due_at = CASE
      WHEN c.ended OR NOT c.release THEN NULL
      WHEN e.abort_requested THEN c.at
      ELSE c.due END,
    sent_at = CASE
      WHEN c.release AND NOT c.ended AND c."wakeupSent" AND c."dueInMs" IS NOT NULL
        AND NOT e.abort_requested
      THEN c.due END
  FROM checkpoint c
  WHERE e.id = c.id AND e.fence = c.fence AND e.ended_at IS NULL
  RETURNING e.id, e.batch_id, e.status, c."firstEventId", c.events, c."archiveReason", c.at,
    e.queue, e.created_at, e.name, e.machine_id, e.error, e.cause, e.attempts
),
recorded AS (
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
),
${countEnds('written', 1)},
again AS MATERIALIZED (
  SELECT c.id, c.fence, c.status FROM checkpoint c
  WHERE c.ended AND c.id NOT IN (SELECT id FROM written)
)
SELECT id::text AS "id" FROM written
UNION ALL
SELECT a.id::text FROM again a JOIN millrace.executions e
  ON e.id = a.id AND e.fence = a.fence AND e.status = a.status`,
};
