import {
  clock,
  field,
  now,
  requestedIds,
  wakeupColumns,
} from '../../fragments/common-fragments.ts';
import type { Statement } from '../../sql-client.ts';

/**
 * Requests the abort of an execution, with the error and the cause that its end will have. The
 * first request counts. No row when it has ended; `isHeld` when a worker has it.
 */
export const requestStop: Statement = {
  name: 'request_stop',
  text: `WITH ${clock}
UPDATE millrace.executions e SET
  stop_error = CASE WHEN e.abort_requested THEN e.stop_error ELSE ${field('error')} END,
  stop_cause = CASE WHEN e.abort_requested THEN e.stop_cause ELSE ${field('cause')} END,
  abort_requested = true, due_at = NULL,
  unique_key = CASE WHEN e.started_at IS NOT NULL THEN e.unique_key END,
  sent_at = CASE WHEN e.worker_id IS NULL THEN ${now} END
WHERE e.id = ${field('id', 'uuid')} AND e.ended_at IS NULL
RETURNING ${wakeupColumns}, e.worker_id IS NOT NULL AS "isHeld"`,
};

/** Reads with which error and cause executions are to end that were stopped. */
export const selectStopReasons: Statement = {
  name: 'select_stop_reasons',
  text: `WITH ${requestedIds}
SELECT e.id::text AS "executionId", e.stop_error AS "error", e.stop_cause AS "cause"
FROM asked a JOIN millrace.executions e ON e.id = a.id
WHERE e.abort_requested AND (e.stop_error IS NOT NULL OR e.stop_cause IS NOT NULL)`,
};
