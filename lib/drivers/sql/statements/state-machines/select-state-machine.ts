import { document, field } from '../../fragments/common-fragments.ts';
import { currentColumns, currentRevision } from '../../fragments/state-machines.ts';
import type { Statement } from '../../sql-client.ts';

/** Reads a living machine with its current revision, by its name or its id. */
export const selectStateMachine: Statement = {
  name: 'select_state_machine',
  text: `SELECT ${currentColumns}
FROM millrace.state_machines s ${currentRevision}
WHERE s.name = split_part(${field('nameOrId')}, '~', 1) AND s.status <> 'DELETED'
  AND (position('~' in ${field('nameOrId')}) = 0 OR s.id = ${field('nameOrId')})`,
};

/** Reads living machines with their current revisions, by their names. */
export const selectNamedMachines: Statement = {
  name: 'select_named_machines',
  text: `SELECT ${currentColumns}
FROM json_array_elements_text(${document}->'names') AS n
JOIN millrace.state_machines s ON s.name = n.value AND s.status <> 'DELETED'
${currentRevision}`,
};
