import { clock, field } from '../../fragments/common-fragments.ts';
import type { Statement } from '../../sql-client.ts';

const machine = field('machineId');
const revision = field('revision', 'integer');

/**
 * Publishes a revision under the next number, or returns the version that it has already. The
 * machine's row is locked, so that no number is given twice. No row when the machine is not active,
 * or has as many versions as it may have.
 */
export const insertPublishedVersion: Statement = {
  name: 'insert_published_version',
  text: `WITH ${clock},
known AS MATERIALIZED (
  SELECT number, description, created_at FROM millrace.machine_versions
  WHERE machine_id = ${machine} AND revision = ${revision}
),
numbered AS (
  UPDATE millrace.state_machines SET last_version = last_version + 1
  WHERE id = ${machine} AND status = 'ACTIVE' AND NOT EXISTS (SELECT 1 FROM known)
    AND (SELECT count(*) FROM millrace.machine_versions WHERE machine_id = ${machine})
      < ${field('versionsMax', 'integer')}
  RETURNING last_version
),
added AS (
  INSERT INTO millrace.machine_versions (machine_id, number, revision, description, created_at)
  SELECT ${machine}, numbered.last_version, ${revision}, ${field('description')}, clock.now
  FROM numbered, clock
  ON CONFLICT DO NOTHING
  RETURNING number, description, created_at
)
SELECT ${machine} AS "machineId", v.number AS "number", ${revision} AS "revision",
  v.description AS "description", CAST(v.created_at AS float8) AS "createdAt"
FROM (SELECT * FROM known UNION ALL SELECT * FROM added) v`,
};
