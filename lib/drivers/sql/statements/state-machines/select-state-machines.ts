import { field } from '../../fragments/common-fragments.ts';
import { stateMachineColumns } from '../../fragments/state-machines.ts';
import type { Statement } from '../../sql-client.ts';

/** Lists living machines by the index over their times of creation, the oldest first. */
export const selectStateMachines: Statement = {
  name: 'select_state_machines',
  text: `SELECT ${stateMachineColumns} FROM millrace.state_machines s
WHERE s.status <> 'DELETED'
  AND (s.created_at, s.id) > (${field('afterAt', 'bigint')}, ${field('afterId')})
ORDER BY s.created_at, s.id LIMIT ${field('limit', 'integer')}`,
};

/** Lists machines whose deletion has begun. */
export const selectDeletingMachines: Statement = {
  name: 'select_deleting_machines',
  text: `SELECT s.id AS "id" FROM millrace.state_machines s
WHERE s.status = 'DELETING' ORDER BY s.id LIMIT ${field('limit', 'integer')}`,
};
