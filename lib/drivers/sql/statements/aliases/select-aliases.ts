import { field } from '../../fragments/common-fragments.ts';
import type { Statement } from '../../sql-client.ts';

const columns = `a.machine_id AS "machineId", a.name AS "name", a.description AS "description",
  a.routes AS "routes", CAST(a.created_at AS float8) AS "createdAt",
  CAST(a.updated_at AS float8) AS "updatedAt"`;

/** Reads one alias, by the primary key. */
export const selectAlias: Statement = {
  name: 'select_alias',
  text: `SELECT ${columns} FROM millrace.machine_aliases a
WHERE a.machine_id = ${field('machineId')} AND a.name = ${field('name')}`,
};

/** Lists the aliases of a machine by the index over their times of creation, the oldest first. */
export const selectAliases: Statement = {
  name: 'select_aliases',
  text: `SELECT ${columns} FROM millrace.machine_aliases a
WHERE a.machine_id = ${field('machineId')}
  AND (a.created_at, a.name) > (${field('afterAt', 'bigint')}, ${field('afterId')})
  AND (${field('version', 'integer')} IS NULL OR EXISTS (
    SELECT 1 FROM json_array_elements(CAST(a.routes AS json)) r
    WHERE CAST(r->>'version' AS integer) = ${field('version', 'integer')}))
ORDER BY a.created_at, a.name LIMIT ${field('limit', 'integer')}`,
};
