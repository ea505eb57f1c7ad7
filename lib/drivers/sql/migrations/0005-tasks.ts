/** What people ask of single executions: when to start, how long to try, what to call unique. */
import type { Migration } from '../migrate.ts';

/**
 * All of it is null in the rows of a batch, and costs those nothing. No index names the status: it
 * changes under a lease, and that checkpoint would no longer be a heap-only update. Hence
 * `retrying`, which is true while the status is PENDING_REDRIVE.
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

    // A key is free again when its execution ends; one that is opened again has given it up.
    `CREATE UNIQUE INDEX executions_unique_key ON millrace.executions (machine_id, unique_key)
      WHERE unique_key IS NOT NULL AND ended_at IS NULL`,

    // Sleepers of each kind, to be counted and listed however many there are of the others. Those
    // with a task of their own are in here too, which they are not in executions_sleeping.
    `CREATE INDEX executions_asleep ON millrace.executions ((CASE
        WHEN started_at IS NULL THEN 'scheduled' WHEN retrying THEN 'retry' ELSE 'waiting' END),
      queue, due_at) WHERE due_at IS NOT NULL`,

    // Those that are kept for a time of their own are apart, so that looking for what is over never
    // passes by what is to be kept longer.
    'DROP INDEX millrace.executions_ended',
    `CREATE INDEX executions_ended ON millrace.executions (ended_at)
      WHERE ended_at IS NOT NULL AND retention_ms IS NULL`,
    `CREATE INDEX executions_kept ON millrace.executions ((ended_at + retention_ms))
      WHERE ended_at IS NOT NULL AND retention_ms IS NOT NULL`,

    // What a process says of itself; null for one that only holds a lease.
    'ALTER TABLE millrace.workers ADD COLUMN about text',
  ],
};
