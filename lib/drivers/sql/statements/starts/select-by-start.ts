import { field, summaryColumns } from '../../fragments/common-fragments.ts';
import { type Statement, scanTimeoutFactor } from '../../sql-client.ts';

/** A machine with at most this many executions has them all read and sorted. */
const fewMax = 5_000;

/** When an execution ended, or began last. */
const sortTime = `CASE WHEN e.ended_at IS NULL THEN greatest(e.created_at, e.redriven_at)
      ELSE e.ended_at END`;

/** Whether a row `e` matches the document's conditions. */
const isMatch = `(${field('machineId')} IS NULL OR e.machine_id = ${field('machineId')})
    AND (${field('versionNumber', 'integer')} IS NULL
      OR e.version_number = ${field('versionNumber', 'integer')})
    AND (${field('alias')} IS NULL OR e.alias = ${field('alias')})
    AND (${field('statuses')} IS NULL
      OR position(',' || e.status || ',' in ',' || ${field('statuses')} || ',') > 0)
    AND (${field('redriven', 'boolean')} IS NULL
      OR (coalesce(e.redrives, 0) > 0) = ${field('redriven', 'boolean')})`;

/**
 * What a list returns of the rows it walks through, which are sorted by `sort_at` and id: those
 * that match, and the last one.
 */
function listed(walk: string): string {
  return `walked AS (
  SELECT w.*, row_number() OVER (ORDER BY w.sort_at DESC, w.id DESC) AS rows,
    count(*) OVER () AS total
  FROM (${walk}) w
),
e AS (SELECT e.*, (${isMatch}) AS is_match FROM walked e)
SELECT ${summaryColumns}, e.version_number AS "versionNumber", e.alias AS "alias",
  coalesce(e.redrives, 0) AS "redrives", CAST(e.redriven_at AS float8) AS "redrivenAt",
  CAST(e.sort_at AS float8) AS "sortAt", CAST(e.rows AS float8) AS "rows",
  e.is_match AS "isMatch", e.rows = e.total AS "isLast"
FROM (
  (SELECT * FROM e WHERE is_match ORDER BY rows LIMIT ${field('limit', 'integer')})
  UNION ALL (SELECT * FROM e WHERE NOT is_match AND rows = total)
) e
ORDER BY e.rows`;
}

const after = `(${field('afterId', 'uuid')} IS NULL
        OR (${sortTime}, e.id) < (${field('afterAt', 'bigint')}, ${field('afterId', 'uuid')}))`;

/**
 * Lists executions, the newest first. Those of a machine that has few are found by the unique index
 * that begins with it, and sorted by their end, or by their last start. Else the newest of all
 * machines are looked at, `rowsMax` at most, by their ids, which sort by time of creation. Pages go
 * on in the order of the first one, which the time of their cursor tells: 0 in a list by id.
 */
export const selectByStart: Statement = {
  name: 'select_by_start',
  timeoutFactor: scanTimeoutFactor,
  text: `WITH few AS MATERIALIZED (
  SELECT ${field('machineId')} IS NOT NULL
    AND coalesce(${field('afterAt', 'bigint')} > 0, count(*) <= ${fewMax}) AS yes FROM (
    SELECT 1 FROM millrace.executions e WHERE e.machine_id = ${field('machineId')}
    LIMIT ${fewMax + 1}) r
),
${listed(
  `(SELECT e.*, ${sortTime} AS sort_at FROM millrace.executions e
      WHERE (SELECT yes FROM few) AND e.machine_id = ${field('machineId')} AND ${after})
    UNION ALL (SELECT e.*, CAST(0 AS bigint) AS sort_at FROM millrace.executions e
      WHERE NOT (SELECT yes FROM few)
        AND e.id < coalesce(${field('afterId', 'uuid')}, 'ffffffff-ffff-ffff-ffff-ffffffffffff')
      ORDER BY e.id DESC LIMIT ${field('rowsMax', 'integer')})`,
)}`,
};

/** Lists the executions of a batch by their index, the last first. */
export const selectBatchByStart: Statement = {
  name: 'select_batch_by_start',
  timeoutFactor: scanTimeoutFactor,
  text: `WITH ${listed(
    `SELECT e.*, CAST(e.batch_index AS bigint) AS sort_at FROM millrace.executions e
      WHERE e.batch_id = ${field('batchId')}
        AND e.batch_index < coalesce(${field('afterAt', 'integer')}, 2147483647)
      ORDER BY e.batch_index DESC LIMIT ${field('rowsMax', 'integer')}`,
  )}`,
};
