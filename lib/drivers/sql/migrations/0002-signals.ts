/** The inboxes of executions, and the parents that wait for an execution's end. */
import type { Migration } from '../migration.ts';

/**
 * An execution counts the signals that were ever sent to it and those it has seen. The counters are
 * in its own row, so that a statement that waited for the row reads them again; its snapshot of
 * another table would be older.
 */
export const signals: Migration = {
  version: 2,
  name: 'signals',
  statements: [
    `ALTER TABLE millrace.executions
      ADD COLUMN reply_to text,
      ADD COLUMN signals_sent integer NOT NULL DEFAULT 0,
      ADD COLUMN signals_seen integer NOT NULL DEFAULT 0`,
    `CREATE INDEX executions_signalled ON millrace.executions (worker_id)
      WHERE worker_id IS NOT NULL AND signals_sent > signals_seen`,

    // Numbered by the counter of their execution. No foreign key, as for the history.
    `CREATE TABLE millrace.signals (
      execution_id uuid NOT NULL,
      id integer NOT NULL,
      event text NOT NULL,
      PRIMARY KEY (execution_id, id)
    )`,

    // Signals that checkpoints leave for other executions. A checkpoint must not update the other
    // execution's row, because the same statement may have a checkpoint of that one too.
    `CREATE TABLE millrace.notices (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      execution_id uuid NOT NULL,
      event text NOT NULL
    )`,
  ],
};
