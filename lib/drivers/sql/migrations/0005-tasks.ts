/** Options of single executions: start time, time limits, retention, unique key. */
import type { Migration } from '../migration.ts';

/**
 * All are null in the rows of a batch, and cost those nothing. No index contains the status: it
 * changes under a lease, and that checkpoint would no longer be a heap-only update. Hence the
 * column `retrying`, which is true while the status is PENDING_REDRIVE.
 */
export const tasks: Migration = {
  version: 5,
  name: 'tasks',
  statements: [
    `ALTER TABLE millrace.executions
      ADD COLUMN timeout_ms bigint,
      ADD COLUMN deadline_at bigint,
      ADD COLUMN retention_ms bigint,
      ADD COLUMN unique_key text COLLATE "C",
      ADD COLUMN retrying boolean`,

    // A key is free again when its execution ends; a redriven execution has lost it.
    `CREATE UNIQUE INDEX executions_unique_key ON millrace.executions (machine_id, unique_key)
      WHERE unique_key IS NOT NULL AND ended_at IS NULL`,

    // Sleepers of each kind, to be counted and listed however many there are of the others. Unlike
    // executions_sleeping, it includes sleepers that have a task.
    `CREATE INDEX executions_asleep ON millrace.executions ((CASE
        WHEN started_at IS NULL THEN 'scheduled' WHEN retrying THEN 'retry' ELSE 'waiting' END),
      queue, due_at) WHERE due_at IS NOT NULL`,

    // Executions with a retention of their own have a separate index, so that the search for
    // expired ones never reads rows that are to be kept longer.
    'DROP INDEX millrace.executions_ended',
    `CREATE INDEX executions_ended ON millrace.executions (ended_at)
      WHERE ended_at IS NOT NULL AND retention_ms IS NULL`,
    `CREATE INDEX executions_kept ON millrace.executions ((ended_at + retention_ms))
      WHERE ended_at IS NOT NULL AND retention_ms IS NOT NULL`,

    // Metadata of the process; null for one that only holds a lease.
    'ALTER TABLE millrace.workers ADD COLUMN about text',
  ],
};
