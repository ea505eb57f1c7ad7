import { clock, field } from '../../fragments/common-fragments.ts';
import type { Statement } from '../../sql-client.ts';

/**
 * Records a machine's definition unless its newest version has the same text already. Returns the
 * version that holds the definition. Returns no row when another caller took the next version
 * number at the same moment (the primary key decides): run the statement again.
 */
export const insertMachineVersion: Statement = {
  name: 'insert_machine_version',
  text: `WITH ${clock},
newest AS (
  SELECT id, version, kind, definition, created_at FROM millrace.machines
  WHERE id = ${field('id')} ORDER BY version DESC LIMIT 1
),
same AS (
  SELECT * FROM newest WHERE kind = ${field('kind')} AND definition = ${field('definition')}
),
added AS (
  INSERT INTO millrace.machines (id, version, kind, definition, created_at)
  SELECT ${field('id')}, coalesce((SELECT version FROM newest), 0) + 1, ${field('kind')},
    ${field('definition')}, clock.now
  FROM clock WHERE NOT EXISTS (SELECT 1 FROM same)
  ON CONFLICT DO NOTHING
  RETURNING id, version, kind, definition, created_at
)
SELECT id, version, kind, definition, CAST(created_at AS float8) AS "createdAt" FROM same
UNION ALL
SELECT id, version, kind, definition, CAST(created_at AS float8) FROM added`,
};
