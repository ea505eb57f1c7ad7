import { field } from '../../fragments/common-fragments.ts';
import { eventsIn } from '../../fragments/history-chunks.ts';
import type { Statement } from '../../sql-client.ts';

/** Returns the id of the newest event of an execution, by the primary key. */
export const countEvents: Statement = {
  name: 'count_events',
  text: `SELECT CAST(h.first_event_id + ${eventsIn('h.events')} - 1 AS float8)
  AS "count"
FROM millrace.history h WHERE h.execution_id = ${field('executionId', 'uuid')}
ORDER BY h.first_event_id DESC LIMIT 1`,
};
