import { field } from '../../fragments/common-fragments.ts';
import type { Statement } from '../../sql-client.ts';

const machine = field('machineId');
const number = field('number', 'integer');

/**
 * Deletes a published version, unless aliases name it: they are returned. The machine's row is
 * locked, as it is by a change of its aliases, so that no alias names a version that is gone.
 */
export const deletePublishedVersion: Statement = {
  name: 'delete_published_version',
  text: `WITH held AS MATERIALIZED (
  SELECT id FROM millrace.state_machines WHERE id = ${machine} FOR UPDATE
),
naming AS MATERIALIZED (
  SELECT a.name FROM held JOIN millrace.machine_aliases a ON a.machine_id = held.id
  WHERE EXISTS (SELECT 1 FROM json_array_elements(CAST(a.routes AS json)) r
    WHERE CAST(r->>'version' AS integer) = ${number})
),
deleted AS (
  DELETE FROM millrace.machine_versions v
  WHERE v.machine_id = ${machine} AND v.number = ${number}
    AND NOT EXISTS (SELECT 1 FROM naming)
)
SELECT name AS "name" FROM naming ORDER BY name`,
};
