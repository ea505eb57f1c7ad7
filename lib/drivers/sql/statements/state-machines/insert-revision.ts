import { clock, field } from '../../fragments/common-fragments.ts';
import type { Statement } from '../../sql-client.ts';

/**
 * Adds a revision to an active machine and makes it the current one, if the current one is still
 * the one that the caller knows. Returns a row when that was done.
 */
export const insertRevision: Statement = {
  name: 'insert_revision',
  text: `WITH ${clock},
held AS (
  SELECT id, kind FROM millrace.state_machines
  WHERE id = ${field('id')} AND status = 'ACTIVE'
    AND current_revision = ${field('from', 'integer')}
  FOR UPDATE
),
added AS (
  INSERT INTO millrace.machines (id, version, kind, definition, created_at, recorded_at,
    revision_id, definition_text, role_arn, logging, tracing, encryption)
  SELECT held.id, (SELECT max(version) FROM millrace.machines WHERE id = ${field('id')}) + 1,
    held.kind, ${field('definition')}, clock.now, clock.now, ${field('revisionId', 'uuid')},
    ${field('definitionText')}, ${field('roleArn')}, ${field('logging')}, ${field('tracing')},
    ${field('encryption')}
  FROM held, clock
  ON CONFLICT DO NOTHING
  RETURNING id, version
)
UPDATE millrace.state_machines s SET current_revision = added.version
FROM added WHERE s.id = added.id RETURNING s.id AS "id"`,
};
