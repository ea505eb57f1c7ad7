import { countCreated } from '../../fragments/batch-counters.ts';
import { given } from '../../fragments/common-fragments.ts';
import {
  existingExecution,
  insertedExecutions,
  newExecutionFields,
} from '../../fragments/new-executions.ts';
import { type Statement, scanTimeoutFactor } from '../../sql-client.ts';

/**
 * Records executions, each at most once per (machine, name), link and key. Returns a row per
 * requested execution; looks the earlier one up only where the insert was refused.
 */
export const insertExecutions: Statement = {
  name: 'insert_executions',
  timeoutFactor: scanTimeoutFactor,
  text: `WITH ${given(`"wakeupSent" boolean, executions json`)},
wanted AS MATERIALIZED (
  SELECT w.* FROM given, json_to_recordset(given.executions) AS w (${newExecutionFields})
),
${insertedExecutions(`CASE WHEN given."wakeupSent" THEN clock.now END`, 'clock, given')},
${countCreated('inserted')}
SELECT w.id::text AS "askedId", i.id IS NOT NULL AS "created",
  CASE WHEN i.id IS NOT NULL THEN CAST(clock.now AS float8) END AS "createdAt",
  CASE WHEN i.id IS NOT NULL THEN i.id::text ELSE ${existingExecution}::text END AS "id"
FROM clock, wanted w LEFT JOIN inserted i ON i.id = w.id`,
};
