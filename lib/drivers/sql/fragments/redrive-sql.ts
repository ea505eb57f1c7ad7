/** How ended executions are opened again: the part that both ways of redriving have in common. */
import { countEnds } from './batch-counters.ts';
import { now } from './fragments.ts';

/**
 * Common table expressions that make the ended executions of `chosen (id)` PENDING_REDRIVE and
 * runnable, take them off their batches' counters, and leave them in `reopened (id, queue,
 * batch_id)`. They are locked before their status is read, in the order of their ids, so that no
 * end is taken off twice. The fence moves: who ran them before may not write any more. A key is
 * given up, as another may have it by now, and so is a deadline, which has most likely passed.
 */
export const reopenChosen = `ended AS MATERIALIZED (
  SELECT e.id, e.batch_id, e.status FROM millrace.executions e
  WHERE e.id IN (SELECT id FROM chosen) AND e.status IN ('FAILED', 'TIMED_OUT', 'ABORTED')
  ORDER BY e.id FOR UPDATE
),
reopened AS (
  UPDATE millrace.executions e SET
    status = 'PENDING_REDRIVE', retrying = true, unique_key = NULL, deadline_at = NULL,
    ended_at = NULL, attempts = 0, stalls = 0,
    abort_requested = false, error = NULL, cause = NULL, fence = e.fence + 1, sent_at = ${now}
  FROM ended WHERE e.id = ended.id
  RETURNING e.id, e.queue, e.batch_id
),
${countEnds('ended', -1)}`;
