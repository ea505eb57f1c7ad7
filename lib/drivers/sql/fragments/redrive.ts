/** Reopening of ended executions, shared by both ways of redriving. */
import { countEnds } from './batch-counters.ts';
import { document, now } from './common-fragments.ts';

/**
 * Common table expressions that make the ended executions of `chosen (id)` PENDING_REDRIVE and
 * runnable, subtract them from their batches' counters, and list them in `reopened (id, queue,
 * batch_id)`. Rows are locked before their status is read, in the order of their ids, so that no
 * end is subtracted twice. The fence grows: an earlier worker can no longer write. An execution
 * loses its key, which another may hold by now, and its deadline, which has most likely passed. The
 * document's `versions` gives other versions to the executions of the machines that it names.
 */
export const reopenChosen = `ended AS MATERIALIZED (
  SELECT e.id, e.batch_id, e.status FROM millrace.executions e
  WHERE e.id IN (SELECT id FROM chosen) AND e.status IN ('FAILED', 'TIMED_OUT', 'ABORTED')
  ORDER BY e.id FOR UPDATE
),
reopened AS (
  UPDATE millrace.executions e SET
    machine_version = coalesce((
      SELECT CAST(v.value AS integer) FROM json_each_text(${document}->'versions') v
      WHERE v.key = e.machine_id), e.machine_version),
    status = 'PENDING_REDRIVE', retrying = true, unique_key = NULL, deadline_at = NULL,
    ended_at = NULL, attempts = 0, stalls = 0,
    abort_requested = false, stop_error = NULL, stop_cause = NULL,
    redrives = coalesce(e.redrives, 0) + 1, redriven_at = ${now}, error = NULL, cause = NULL, failed_as = NULL, failed_state = NULL,
    fence = e.fence + 1, sent_at = ${now}
  FROM ended WHERE e.id = ended.id
  RETURNING e.id, e.queue, e.batch_id, e.redriven_at
),
${countEnds('ended', -1)}`;
