/** The place of batches and executions in traces, and an index of paused batches. */
import type { Migration } from '../migration.ts';

/**
 * `traceparent` names the span that the row's work is a part of. It is in the row because the row
 * is what survives: messages are lost and sent again by ids alone. It never changes, so the group
 * commit, which writes the row many times, does not know of it.
 *
 * Batches that are open are counted for the metrics; there are few at a time, and a table may hold
 * many that have ended.
 */
export const traces: Migration = {
  version: 11,
  name: 'traces',
  statements: [
    `ALTER TABLE millrace.executions ADD COLUMN traceparent text`,
    `ALTER TABLE millrace.batches ADD COLUMN traceparent text`,
    `CREATE INDEX batches_paused ON millrace.batches (id) WHERE status = 'PAUSED'`,
  ],
};
