/** Delivery of signals to inboxes, shared by all statements that send them. */
import { now, wakeupColumns } from './common-fragments.ts';

/**
 * Common table expressions that put `sent (id, n, event)`, where `n` counts the signals of the
 * execution `id` from 1, into the inboxes of the RUNNING executions, and list these in `notified
 * (id, queue, batch_id, held, woken)`. Rows are locked first, in the order of their ids, so that
 * their newest columns are read. An execution that sleeps becomes runnable at once; one whose task
 * was sent already needs no other.
 *
 * PostgreSQL checks a row's constraints once before it finds that the row has changed since the
 * statement began, with the old columns of `e` next to the new ones of `reached`. So `worker_id` is
 * read from `e` too: it is the same whenever the update is really made.
 * @param message SQL for what is stored of the message that a signal `s` delivers
 * @param wakeupSent SQL for whether the caller sends their tasks; otherwise the sweeper does
 */
export function deliverSent(wakeupSent: string, message = 'NULL'): string {
  return `reached AS MATERIALIZED (
  SELECT e.id, e.due_at IS NOT NULL AS woken FROM millrace.executions e
  WHERE e.id IN (SELECT id FROM sent) AND e.status = 'RUNNING'
  ORDER BY e.id FOR UPDATE
),
notified AS (
  UPDATE millrace.executions e SET
    signals_sent = e.signals_sent + s.count,
    due_at = CASE WHEN r.woken AND e.worker_id IS NULL AND NOT ${wakeupSent} THEN ${now} END,
    sent_at = CASE WHEN NOT r.woken THEN e.sent_at
      WHEN e.worker_id IS NULL AND ${wakeupSent} THEN ${now} END
  FROM reached r, (SELECT id, CAST(count(*) AS integer) AS count FROM sent GROUP BY id) s
  WHERE e.id = r.id AND s.id = r.id
  RETURNING e.id, e.queue, e.batch_id, e.worker_id IS NOT NULL AS held, r.woken,
    e.signals_sent - s.count AS before
),
kept AS (
  INSERT INTO millrace.signals (execution_id, id, event, message)
  SELECT t.id, t.before + s.n, s.event, ${message} FROM sent s JOIN notified t ON t.id = s.id
)`;
}

/** The result columns of an execution `e` of `notified`. */
export const reachedColumns = `${wakeupColumns}, e.held AS "held", e.woken AS "woken"`;
