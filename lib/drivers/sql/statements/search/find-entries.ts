import { field } from '../../fragments/common-fragments.ts';
import { distinctValues } from '../../fragments/distinct-values.ts';
import { machineIds } from '../../fragments/execution-walks.ts';
import { type Statement, scanTimeoutFactor } from '../../sql-client.ts';

const limit = field('limit', 'integer');

/** A condition that a column begins with the text; both bounds are read from an index. */
function begins(column: string): string {
  return `${column} >= ${field('text')} AND ${column} < ${field('textEnd')}`;
}

const foundExecution = `e.id::text AS id, e.machine_id || ':' || e.name AS label, e.status`;
const foundBatch = 'b.id, b.name AS label, b.status';

/**
 * Finds what begins with a text: each kind by ranges of its own indexes, at most `limit` entries of
 * a range. Executions are found by id, by name in each machine, and by machine and name.
 */
export const findEntries: Statement = {
  name: 'find_entries',
  timeoutFactor: scanTimeoutFactor,
  text: `WITH RECURSIVE ${distinctValues('machine_ids', machineIds)},
${distinctValues('machine_names', {
  from: 'millrace.machines m',
  column: 'm.id',
  where: begins('m.id'),
  limit,
})},
${distinctValues('errors', {
  from: 'millrace.archive_totals t',
  column: 't.error',
  where: begins('t.error'),
  limit,
})},
found AS (
  (SELECT 1 AS rank, 'execution' AS kind, ${foundExecution} FROM millrace.executions e
    WHERE e.id >= ${field('fromId', 'uuid')} AND e.id <= ${field('toId', 'uuid')}
    ORDER BY e.id DESC LIMIT ${limit})
  UNION ALL
  (SELECT 2, 'execution', ${foundExecution} FROM millrace.executions e
    WHERE e.machine_id = ${field('machineId')} AND e.name >= ${field('name')}
      AND e.name < ${field('nameEnd')}
    ORDER BY e.name LIMIT ${limit})
  UNION ALL
  (SELECT 3, 'execution', e.id, e.label, e.status FROM machine_ids m CROSS JOIN LATERAL (
      SELECT ${foundExecution}, e.name FROM millrace.executions e
      WHERE e.machine_id = m.value AND ${begins('e.name')} ORDER BY e.name LIMIT ${limit}) e
    WHERE m.value IS NOT NULL ORDER BY e.name, e.label LIMIT ${limit})
  UNION ALL
  (SELECT 4, 'batch', ${foundBatch} FROM millrace.batches b
    WHERE ${begins('b.id')} ORDER BY b.id LIMIT ${limit})
  UNION ALL
  (SELECT 5, 'batch', ${foundBatch} FROM millrace.batches b
    WHERE ${begins('b.name')} ORDER BY b.name DESC, b.created_at DESC, b.id DESC
    LIMIT ${limit})
  UNION ALL
  (SELECT 6, 'machine', m.value, m.value, NULL FROM machine_names m WHERE m.value IS NOT NULL)
  UNION ALL
  (SELECT 7, 'error', r.value, r.value, NULL FROM errors r WHERE r.value IS NOT NULL)
)
SELECT f.kind AS "kind", f.id AS "id", f.label AS "label", f.status AS "status"
FROM found f ORDER BY f.rank, f.label, f.id DESC`,
};
