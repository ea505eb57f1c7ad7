/** Failed executions, names of batches and totals of the archive, each with an index of its own. */
import type { Migration } from '../migration.ts';

/**
 * The status of an execution is in no index, because most checkpoints would be more expensive: an
 * update that changes an indexed column writes an entry into every index. `failed_as` is the status
 * of an execution that ended without success. It changes with such an end and with a redrive, so
 * that only failures pay for their indexes.
 *
 * The archive's totals have up to 16 rows for each error, machine and queue, as the counters of
 * batches have. A NULL counts as a value: an entry may have neither an error nor a machine.
 */
export const searches: Migration = {
  version: 9,
  name: 'searches',
  statements: [
    `ALTER TABLE millrace.executions
      ADD COLUMN failed_as text,
      ADD COLUMN failed_state text COLLATE "C"`,
    `UPDATE millrace.executions SET failed_as = status
      WHERE status IN ('FAILED', 'TIMED_OUT', 'ABORTED')`,
    `CREATE INDEX executions_failed ON millrace.executions (failed_as, id)
      WHERE failed_as IS NOT NULL`,
    `CREATE INDEX executions_failed_of_batch ON millrace.executions (batch_id, id)
      WHERE failed_as IS NOT NULL`,
    `CREATE INDEX batches_named ON millrace.batches (name, created_at, id)`,

    `CREATE TABLE millrace.archive_totals (
      queue text COLLATE "C" NOT NULL,
      machine_id text COLLATE "C",
      error text COLLATE "C",
      shard integer NOT NULL,
      count bigint NOT NULL
    ) WITH (fillfactor = 50)`,
    `CREATE UNIQUE INDEX archive_totals_key ON millrace.archive_totals
      (error, machine_id, queue, shard) NULLS NOT DISTINCT`,
    `INSERT INTO millrace.archive_totals (queue, machine_id, error, shard, count)
      SELECT queue, machine_id, error, 0, count(*) FROM millrace.archive
      GROUP BY queue, machine_id, error`,
  ],
};
