import { clock, field, now } from '../../fragments/common-fragments.ts';
import type { Statement } from '../../sql-client.ts';

/**
 * Gives an execution that ended long ago a name with its id, as those of EXPRESS machines have, so
 * that another one can have the name. No row when it has not ended that long ago.
 */
export const releaseName: Statement = {
  name: 'release_name',
  text: `WITH ${clock}
UPDATE millrace.executions e SET name = e.name || ':' || e.id::text
WHERE e.id = ${field('executionId', 'uuid')} AND position(':' in e.name) = 0
  AND e.ended_at <= ${now} - ${field('endedMs', 'bigint')}
RETURNING e.id::text AS "id"`,
};
