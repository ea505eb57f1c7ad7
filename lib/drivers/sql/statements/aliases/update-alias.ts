/** Changes of aliases. */
import { clock, document, field, now } from '../../fragments/common-fragments.ts';
import type { Statement } from '../../sql-client.ts';

const machine = field('machineId');

/**
 * Changes an alias; the machine's row is locked, as it is by the deletion of a version. No row when
 * it is not there, or names a version that is not there.
 */
export const updateMachineAlias: Statement = {
  name: 'update_alias',
  text: `WITH ${clock},
held AS MATERIALIZED (
  SELECT id FROM millrace.state_machines WHERE id = ${machine} AND status = 'ACTIVE' FOR UPDATE
)
UPDATE millrace.machine_aliases a SET
  description = coalesce(${field('description')}, a.description),
  routes = coalesce(${field('routes')}, a.routes), updated_at = ${now}
FROM held
WHERE a.machine_id = held.id AND a.name = ${field('name')}
  AND NOT EXISTS (SELECT 1 FROM json_array_elements_text(${document}->'versions') r
    WHERE NOT EXISTS (SELECT 1 FROM millrace.machine_versions v
      WHERE v.machine_id = held.id AND v.number = CAST(r.value AS integer)))
RETURNING a.name AS "name"`,
};

/** Deletes an alias. */
export const deleteMachineAlias: Statement = {
  name: 'delete_alias',
  text: `DELETE FROM millrace.machine_aliases
WHERE machine_id = ${machine} AND name = ${field('name')} RETURNING name AS "name"`,
};
