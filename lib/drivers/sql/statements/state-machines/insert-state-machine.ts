import { clock, field } from '../../fragments/common-fragments.ts';
import type { Statement } from '../../sql-client.ts';

/**
 * Creates a machine of the API with its first revision; does nothing when a living machine has the
 * name. Its id is the name, unless an earlier machine had it, or custom tasks could have it: then a
 * number follows, which no earlier machine of the name had. Returns a row when it was created.
 */
export const insertStateMachine: Statement = {
  name: 'insert_state_machine',
  text: `WITH ${clock},
next AS (
  SELECT coalesce(max(CASE WHEN position('~' in id) > 0
    THEN CAST(split_part(id, '~', 2) AS integer) ELSE 1 END), 0) + 1 AS number
  FROM millrace.state_machines WHERE name = ${field('name')}
),
added AS (
  INSERT INTO millrace.state_machines
    (id, name, kind, status, origin, created_at, current_revision)
  SELECT ${field('name')} || CASE WHEN next.number = 1 AND ${field('name')} NOT LIKE 'task.%'
      THEN '' ELSE '~' || next.number END,
    ${field('name')}, ${field('kind')}, 'ACTIVE', 'api', clock.now, 1
  FROM next, clock
  WHERE NOT EXISTS (SELECT 1 FROM millrace.state_machines l
    WHERE l.name = ${field('name')} AND l.status <> 'DELETED')
  ON CONFLICT DO NOTHING
  RETURNING id, kind
)
INSERT INTO millrace.machines (id, version, kind, definition, created_at, recorded_at,
  definition_text, role_arn, logging, tracing, encryption)
SELECT added.id, 1, added.kind, ${field('definition')}, clock.now, clock.now,
  ${field('definitionText')}, ${field('roleArn')}, ${field('logging')}, ${field('tracing')},
  ${field('encryption')}
FROM added, clock
RETURNING id`,
};
