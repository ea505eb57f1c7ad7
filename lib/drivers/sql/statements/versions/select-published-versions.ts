import { field } from '../../fragments/common-fragments.ts';
import type { Statement } from '../../sql-client.ts';

const columns = `v.machine_id AS "machineId", v.number AS "number", v.revision AS "revision",
  v.description AS "description", CAST(v.created_at AS float8) AS "createdAt"`;

/** Reads one published version, by the primary key. */
export const selectPublishedVersion: Statement = {
  name: 'select_published_version',
  text: `SELECT ${columns} FROM millrace.machine_versions v
WHERE v.machine_id = ${field('machineId')} AND v.number = ${field('number', 'integer')}`,
};

/** Lists published versions by the primary key, the newest first. */
export const selectPublishedVersions: Statement = {
  name: 'select_published_versions',
  text: `SELECT ${columns} FROM millrace.machine_versions v
WHERE v.machine_id = ${field('machineId')} AND v.number < ${field('before', 'integer')}
ORDER BY v.number DESC LIMIT ${field('limit', 'integer')}`,
};
