/** Batches on hold, what they left out and retried, and what retention needs. */
import type { Migration } from '../migration.ts';

/**
 * An execution that is held back has the due time 2^53 − 2, which no other execution has. That a
 * batch is on hold is in the batch alone, so that resuming it is one update: the sweeper then finds
 * its executions by the index over that due time.
 *
 * `exclusive` makes the rule that a batch does not start while another of its name runs hold for
 * two starts at the same moment.
 */
export const holds: Migration = {
  version: 12,
  name: 'holds',
  statements: [
    `ALTER TABLE millrace.batches
      ADD COLUMN on_hold boolean NOT NULL DEFAULT false,
      ADD COLUMN exclusive boolean NOT NULL DEFAULT false`,
    `ALTER TABLE millrace.batch_counters
      ADD COLUMN retried bigint NOT NULL DEFAULT 0,
      ADD COLUMN left_out bigint NOT NULL DEFAULT 0`,
    `CREATE INDEX batches_on_hold ON millrace.batches (id) WHERE on_hold`,
    `CREATE UNIQUE INDEX batches_exclusive ON millrace.batches (name)
      WHERE exclusive AND ended_at IS NULL`,
    `CREATE INDEX batches_ended ON millrace.batches (ended_at) WHERE ended_at IS NOT NULL`,
    `CREATE INDEX executions_held_back ON millrace.executions (batch_id)
      WHERE due_at = 9007199254740990`,
  ],
};
