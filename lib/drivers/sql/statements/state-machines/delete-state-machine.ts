/** The deletion of machines, step by step. */
import { clock, field, now } from '../../fragments/common-fragments.ts';
import { openOfMachine } from '../../fragments/state-machines.ts';
import type { Statement } from '../../sql-client.ts';

const id = field('id');

/** Begins the deletion of a machine of the API: nothing starts any more. */
export const beginMachineDeletion: Statement = {
  name: 'begin_machine_deletion',
  text: `WITH ${clock}
UPDATE millrace.state_machines SET status = 'DELETING', deleting_at = coalesce(deleting_at, ${now})
WHERE id = ${id} AND origin = 'api' AND status <> 'DELETED' RETURNING id AS "id"`,
};

/** Lists open executions of a machine and of its Maps' children. */
export const selectOpenOfMachine: Statement = {
  name: 'select_open_of_machine',
  text: `SELECT o.id::text AS "id" FROM (
  ${openOfMachine(id, field('limit', 'integer'))}
) o LIMIT ${field('limit', 'integer')}`,
};

/**
 * Ends the deletion of a machine of which no execution is open: its versions, aliases and tags go.
 * Its row and its revisions stay while executions have its id; without any they go, too, and the
 * next machine of the name gets the same id. Returns a row when the machine is gone.
 */
export const finishMachineDeletion: Statement = {
  name: 'finish_machine_deletion',
  text: `WITH ended AS (
  UPDATE millrace.state_machines SET status = 'DELETED'
  WHERE id = ${id} AND status = 'DELETING'
    AND NOT EXISTS (${openOfMachine(id, '1')})
  RETURNING id
),
versions AS (
  DELETE FROM millrace.machine_versions v USING ended WHERE v.machine_id = ended.id
),
aliases AS (
  DELETE FROM millrace.machine_aliases a USING ended WHERE a.machine_id = ended.id
),
tags AS (
  DELETE FROM millrace.resource_tags t USING ended WHERE t.resource = 'machine:' || ended.id
)
SELECT ended.id AS "id" FROM ended
UNION ALL SELECT ${id} WHERE NOT EXISTS (SELECT 1 FROM millrace.state_machines s
  WHERE s.id = ${id} AND s.status <> 'DELETED') AND NOT EXISTS (SELECT 1 FROM ended)`,
};

/**
 * Forgets deleted machines that no execution and no batch has any more, with their revisions.
 * Whether there are executions is looked up by the unique index that begins with the machine.
 */
export const pruneDeletedMachines: Statement = {
  name: 'prune_deleted_machines',
  text: `WITH unused AS MATERIALIZED (
  SELECT s.id FROM millrace.state_machines s
  WHERE s.status = 'DELETED'
    AND NOT EXISTS (SELECT 1 FROM millrace.executions e WHERE e.machine_id = s.id)
    AND NOT EXISTS (SELECT 1 FROM millrace.executions e
      WHERE e.machine_id > s.id || '/' AND e.machine_id < s.id || '0')
    AND NOT EXISTS (SELECT 1 FROM millrace.batches b WHERE b.machine_id = s.id)
  ORDER BY s.id LIMIT ${field('limit', 'integer')}
),
revisions AS (
  DELETE FROM millrace.machines m USING unused
  WHERE m.id = unused.id OR (m.id > unused.id || '/' AND m.id < unused.id || '0')
),
forgotten AS (
  DELETE FROM millrace.state_machines s USING unused
  WHERE s.id = unused.id AND s.status = 'DELETED' RETURNING s.id
)
SELECT CAST(count(*) AS float8) AS "count" FROM forgotten`,
};
