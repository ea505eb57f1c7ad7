import { requestedIds } from '../../fragments/common-fragments.ts';
import type { Statement } from '../../sql-client.ts';

/** Reads the signals that executions have not seen yet, oldest first. */
export const selectSignals: Statement = {
  name: 'select_signals',
  text: `WITH ${requestedIds}
SELECT s.execution_id::text AS "executionId", s.id AS "id", s.event AS "event"
FROM asked a
  JOIN millrace.executions e ON e.id = a.id
  JOIN millrace.signals s ON s.execution_id = e.id AND s.id > e.signals_seen
ORDER BY s.execution_id, s.id`,
};
