import { field } from '../../fragments/common-fragments.ts';
import type { Statement } from '../../sql-client.ts';

const columns = `b.id AS "batchId", b.machine_id AS "machineId",
  b.parent_execution_id::text AS "parentExecutionId", b.status AS "status",
  CAST(b.created_at AS float8) AS "createdAt", CAST(b.ended_at AS float8) AS "endedAt",
  b.max_concurrency AS "maxConcurrency", b.tolerated_count AS "toleratedCount",
  b.tolerated_percentage AS "toleratedPercentage", coalesce(b.redrives, 0) AS "redrives",
  CAST(b.redriven_at AS float8) AS "redrivenAt"`;

/** Lists the map runs of a parent by the index over parents, the newest first. */
export const selectMapRuns: Statement = {
  name: 'select_map_runs',
  text: `SELECT ${columns} FROM millrace.batches b
WHERE b.parent_execution_id = ${field('parentExecutionId', 'uuid')}
  AND (${field('afterAt', 'bigint')} IS NULL
    OR (b.created_at, b.id) < (${field('afterAt', 'bigint')}, ${field('afterId')}))
ORDER BY b.created_at DESC, b.id DESC LIMIT ${field('limit', 'integer')}`,
};

/** Reads one map run. */
export const selectMapRun: Statement = {
  name: 'select_map_run',
  text: `SELECT ${columns} FROM millrace.batches b
WHERE b.id = ${field('batchId')} AND b.parent_execution_id IS NOT NULL`,
};

/** Changes the limits of an open map run; absent ones stay. */
export const updateMapRunLimits: Statement = {
  name: 'update_map_run_limits',
  text: `UPDATE millrace.batches b SET
  max_concurrency = coalesce(${field('maxConcurrency', 'integer')}, b.max_concurrency),
  tolerated_count = coalesce(${field('toleratedCount', 'integer')}, b.tolerated_count),
  tolerated_percentage = coalesce(${field('toleratedPercentage', 'double precision')},
    b.tolerated_percentage)
WHERE b.id = ${field('batchId')} AND b.parent_execution_id IS NOT NULL AND b.ended_at IS NULL
RETURNING b.id AS "id"`,
};
