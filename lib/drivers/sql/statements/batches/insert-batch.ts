import { batchColumns, batchTotals, clock, field } from '../../fragments/common-fragments.ts';
import type { Statement } from '../../sql-client.ts';

/** Records a batch. Does nothing when the id is known: the caller then reads the recorded one. */
export const insertBatch: Statement = {
  name: 'insert_batch',
  text: `WITH ${clock},
b AS (
  INSERT INTO millrace.batches
    (id, name, machine_id, machine_version, source, options, traceparent, status, created_at)
  SELECT ${field('id')}, ${field('name')}, ${field('machineId')},
    ${field('machineVersion', 'integer')}, ${field('source')}, ${field('options')}, ${field('traceparent')},
    'RUNNING', now
  FROM clock
  ON CONFLICT DO NOTHING
  RETURNING *
)
SELECT ${batchColumns} FROM b ${batchTotals}`,
};
