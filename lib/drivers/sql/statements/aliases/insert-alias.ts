import { clock, document, field } from '../../fragments/common-fragments.ts';
import type { Statement } from '../../sql-client.ts';

const machine = field('machineId');

/**
 * Records an alias of an active machine. The machine's row is locked, as it is by the deletion of a
 * version. Says why it was not recorded: `exists`, `noVersion` or `full`.
 */
export const insertAlias: Statement = {
  name: 'insert_alias',
  text: `WITH ${clock},
held AS MATERIALIZED (
  SELECT id FROM millrace.state_machines WHERE id = ${machine} AND status = 'ACTIVE' FOR UPDATE
),
facts AS MATERIALIZED (
  SELECT EXISTS (SELECT 1 FROM millrace.machine_aliases
      WHERE machine_id = ${machine} AND name = ${field('name')}) AS known,
    NOT EXISTS (SELECT 1 FROM held) OR EXISTS (
      SELECT 1 FROM json_array_elements_text(${document}->'versions') r
      WHERE NOT EXISTS (SELECT 1 FROM millrace.machine_versions v
        WHERE v.machine_id = ${machine} AND v.number = CAST(r.value AS integer))) AS missing,
    (SELECT count(*) FROM millrace.machine_aliases WHERE machine_id = ${machine})
      >= ${field('aliasesMax', 'integer')} AS is_full
),
added AS (
  INSERT INTO millrace.machine_aliases
    (machine_id, name, description, routes, created_at, updated_at)
  SELECT held.id, ${field('name')}, ${field('description')}, ${field('routes')}, clock.now,
    clock.now
  FROM held, facts, clock WHERE NOT facts.known AND NOT facts.missing AND NOT facts.is_full
  ON CONFLICT DO NOTHING
  RETURNING name
)
SELECT CASE WHEN EXISTS (SELECT 1 FROM added) THEN 'created' WHEN known THEN 'exists'
  WHEN missing THEN 'noVersion' WHEN is_full THEN 'full' ELSE 'exists' END AS "kind" FROM facts`,
};
