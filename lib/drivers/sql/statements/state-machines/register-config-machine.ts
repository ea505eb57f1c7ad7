import { clock, field } from '../../fragments/common-fragments.ts';
import type { Statement } from '../../sql-client.ts';

const id = field('id');

/**
 * Records the definition of a machine of the configuration, unless a revision of it has the same
 * text already, and makes it the current one. Returns `isTaken` when the name is that of a machine
 * of the API; no row when another caller took the next number at the same moment, or deleted the
 * revision that was found: run the statement again.
 */
export const registerConfigMachine: Statement = {
  name: 'register_config_machine',
  text: `WITH ${clock},
taken AS MATERIALIZED (
  SELECT 1 FROM millrace.state_machines
  WHERE name = ${id} AND status <> 'DELETED' AND origin = 'api'
),
known AS (
  SELECT version FROM millrace.machines
  WHERE id = ${id} AND kind = ${field('kind')} AND definition = ${field('definition')}
    AND NOT EXISTS (SELECT 1 FROM taken)
  ORDER BY version DESC LIMIT 1
),
same AS (
  UPDATE millrace.machines m SET recorded_at = clock.now,
    definition_text = ${field('definitionText')}
  FROM known, clock
  WHERE m.id = ${id} AND m.version = known.version
  RETURNING m.version, m.created_at
),
added AS (
  INSERT INTO millrace.machines
    (id, version, kind, definition, created_at, recorded_at, definition_text, revision_id)
  SELECT ${id}, coalesce((SELECT max(version) FROM millrace.machines WHERE id = ${id}), 0) + 1,
    ${field('kind')}, ${field('definition')}, clock.now, clock.now, ${field('definitionText')},
    CASE WHEN EXISTS (SELECT 1 FROM millrace.machines WHERE id = ${id})
      THEN ${field('revisionId', 'uuid')} END
  FROM clock WHERE NOT EXISTS (SELECT 1 FROM known) AND NOT EXISTS (SELECT 1 FROM taken)
  ON CONFLICT DO NOTHING
  RETURNING version, created_at
),
recorded AS (SELECT * FROM same UNION ALL SELECT * FROM added),
current AS (
  INSERT INTO millrace.state_machines AS s
    (id, name, kind, status, origin, created_at, current_revision)
  SELECT ${id}, ${id}, ${field('kind')}, 'ACTIVE', 'config', clock.now, recorded.version
  FROM recorded, clock
  ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, status = 'ACTIVE', origin = 'config',
    deleting_at = NULL, current_revision = excluded.current_revision,
    created_at = CASE WHEN s.status = 'DELETED' THEN excluded.created_at ELSE s.created_at END
  WHERE s.origin = 'config' OR s.status = 'DELETED'
)
SELECT version AS "version", CAST(created_at AS float8) AS "createdAt", false AS "isTaken"
FROM recorded
UNION ALL SELECT 0, CAST(0 AS float8), true FROM taken`,
};
