import { clock, field } from '../../fragments/common-fragments.ts';
import type { Statement } from '../../sql-client.ts';

/**
 * Records a machine's definition, unless a version of it has the same text already: that one is
 * then marked as recorded now. Returns the version that holds the definition. Returns no row when
 * another caller took the next version number at the same moment (the primary key decides), or
 * deleted the version that was found: run the statement again.
 */
export const insertMachineVersion: Statement = {
  name: 'record_machine_version',
  text: `WITH ${clock},
known AS (
  SELECT version FROM millrace.machines
  WHERE id = ${field('id')} AND kind = ${field('kind')} AND definition = ${field('definition')}
  ORDER BY version DESC LIMIT 1
),
same AS (
  UPDATE millrace.machines m SET recorded_at = clock.now FROM known, clock
  WHERE m.id = ${field('id')} AND m.version = known.version
  RETURNING m.id, m.version, m.kind, m.definition, m.created_at
),
added AS (
  INSERT INTO millrace.machines (id, version, kind, definition, created_at, recorded_at)
  SELECT ${field('id')},
    coalesce((SELECT max(version) FROM millrace.machines WHERE id = ${field('id')}), 0) + 1,
    ${field('kind')}, ${field('definition')}, clock.now, clock.now
  FROM clock WHERE NOT EXISTS (SELECT 1 FROM known)
  ON CONFLICT DO NOTHING
  RETURNING id, version, kind, definition, created_at
)
SELECT id, version, kind, definition, CAST(created_at AS float8) AS "createdAt" FROM same
UNION ALL
SELECT id, version, kind, definition, CAST(created_at AS float8) FROM added`,
};
