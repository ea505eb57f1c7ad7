import { field } from '../../fragments/common-fragments.ts';
import { eventsIn } from '../../fragments/history-chunks.ts';
import type { Statement } from '../../sql-client.ts';

/**
 * Reads an execution's history, starting with the chunk that holds the requested event: found by
 * the primary key, and the length of the one chunk that begins before the event.
 */
export const selectHistory: Statement = {
  name: 'select_history',
  text: `SELECT h.events AS "events" FROM millrace.history h
WHERE h.execution_id = ${field('executionId', 'uuid')}
  AND h.first_event_id >= coalesce((SELECT max(f.first_event_id) FROM millrace.history f
    WHERE f.execution_id = ${field('executionId', 'uuid')}
      AND f.first_event_id <= ${field('fromEventId', 'integer')}), 0)
  AND CASE WHEN h.first_event_id >= ${field('fromEventId', 'integer')} THEN true
    ELSE h.first_event_id + ${eventsIn('h.events')} > ${field('fromEventId', 'integer')} END
ORDER BY h.first_event_id LIMIT ${field('limit', 'integer')}`,
};

/**
 * Reads an execution's history backwards by the primary key, starting with the chunk that holds the
 * requested event, or the newest one before it.
 */
export const selectHistoryBack: Statement = {
  name: 'select_history_back',
  text: `SELECT h.events AS "events" FROM millrace.history h
WHERE h.execution_id = ${field('executionId', 'uuid')}
  AND h.first_event_id <= ${field('fromEventId', 'integer')}
ORDER BY h.first_event_id DESC LIMIT ${field('limit', 'integer')}`,
};
