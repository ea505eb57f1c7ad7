/** Records executions, each at most once per (machine, name) and per link. */
import { countCreated } from '../batch-counters.ts';
import { clock, document, field } from '../fragments.ts';
import { earlierOne, insertExecutions, newExecutionFields } from '../new-executions.ts';
import type { Statement } from '../sql-client.ts';

/**
 * Returns a row per execution asked for; the earlier one is looked up only where the insert was
 * refused.
 */
export const createExecutions: Statement = {
  name: 'create_executions',
  text: `WITH ${clock},
wanted AS MATERIALIZED (
  SELECT * FROM json_to_recordset(${document}->'executions') AS w (${newExecutionFields})
),
${insertExecutions(`CASE WHEN ${field('wakeupSent', 'boolean')} THEN clock.now END`, 'clock')},
${countCreated('inserted')}
SELECT w.id::text AS "askedId", i.id IS NOT NULL AS "created",
  CASE WHEN i.id IS NOT NULL THEN i.id::text ELSE ${earlierOne}::text END AS "id"
FROM wanted w LEFT JOIN inserted i ON i.id = w.id`,
};
