import { batchColumns, batchTotals, clock, field } from '../../fragments/common-fragments.ts';
import type { Statement } from '../../sql-client.ts';

const isExclusive = `coalesce(${field('unlessOpen', 'boolean')}, false)`;

/**
 * Records a batch. Does nothing when the id is known, or when another batch of the name is open and
 * this one must not overlap with it; the caller then reads the recorded one. Of two such batches
 * that are recorded at the same moment, the unique index lets one through.
 */
export const insertBatch: Statement = {
  name: 'insert_batch',
  text: `WITH ${clock},
b AS (
  INSERT INTO millrace.batches
    (id, name, machine_id, machine_version, source, options, traceparent, parent_execution_id,
      exclusive, status, created_at)
  SELECT ${field('id')}, ${field('name')}, ${field('machineId')},
    ${field('machineVersion', 'integer')}, ${field('source')}, ${field('options')}, ${field('traceparent')},
    ${field('parentExecutionId', 'uuid')},
    ${isExclusive}, 'RUNNING', now
  FROM clock
  WHERE NOT ${isExclusive} OR NOT EXISTS (SELECT 1 FROM millrace.batches o
    WHERE o.name = ${field('name')} AND o.ended_at IS NULL)
  ON CONFLICT DO NOTHING
  RETURNING *
)
SELECT ${batchColumns} FROM b ${batchTotals}`,
};
