/** Labels of executions, and the files of results that are written when a batch has ended. */
import type { Migration } from '../migration.ts';

/**
 * The labels of an execution are in its row, where lists read them, and each is a row of its own,
 * which is written once: a GIN index over the row would be written again at each checkpoint, and
 * has no order. The key of these rows has the executions with a label in the order of their ids, so
 * that a page reads what it shows.
 */
export const results: Migration = {
  version: 18,
  name: 'results',
  statements: [
    `ALTER TABLE millrace.executions ADD COLUMN labels text`,
    `CREATE TABLE millrace.execution_labels (
      key text COLLATE "C" NOT NULL,
      value text COLLATE "C" NOT NULL,
      execution_id uuid NOT NULL,
      PRIMARY KEY (key, value, execution_id)
    )`,
    `CREATE INDEX execution_labels_of ON millrace.execution_labels (execution_id)`,

    `CREATE TABLE millrace.result_files (
      batch_id text COLLATE "C" PRIMARY KEY,
      output text NOT NULL,
      format text NOT NULL,
      status text NOT NULL,
      items bigint NOT NULL DEFAULT 0,
      bytes bigint NOT NULL DEFAULT 0,
      attempts integer NOT NULL DEFAULT 0,
      fence integer NOT NULL DEFAULT 0,
      due_at bigint NOT NULL,
      progress text,
      reason text,
      created_at bigint NOT NULL,
      ended_at bigint,
      CONSTRAINT result_files_status_check CHECK (status IN ('PENDING', 'WRITTEN', 'FAILED'))
    )`,
    `CREATE INDEX result_files_due ON millrace.result_files (due_at, batch_id)
      WHERE status = 'PENDING'`,
  ],
};
