/** Indexes for lists with a rare condition. */
import type { Migration } from '../migration.ts';

/**
 * A list reads an index from one end, so a condition that few rows meet needs an index of its own.
 * Only failures pay for those of executions and of the archive. `error` is set by a failure and
 * cleared by its redrive: every other checkpoint leaves it null, and stays a HOT update.
 */
export const listIndexes: Migration = {
  version: 15,
  name: 'list_indexes',
  statements: [
    `CREATE INDEX batches_of_machine ON millrace.batches (machine_id, created_at, id)`,
    `CREATE INDEX batches_failed ON millrace.batches (created_at, id)
      WHERE status IN ('FAILED', 'ABORTED')`,
  ],
  indexes: [
    {
      name: 'executions_with_error',
      table: 'executions',
      keys: '(error, id) WHERE error IS NOT NULL',
    },
    { name: 'archive_of_error', table: 'archive', keys: '(error, archived_at, task_id)' },
    { name: 'archive_of_batch', table: 'archive', keys: '(batch_id, archived_at, task_id)' },
    { name: 'archive_of_machine', table: 'archive', keys: '(machine_id, archived_at, task_id)' },
  ],
};
