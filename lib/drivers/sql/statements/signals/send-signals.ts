import { clock, document, field } from '../../fragments/common-fragments.ts';
import { deliverSent, reachedColumns } from '../../fragments/delivery.ts';
import type { Statement } from '../../sql-client.ts';

/** Puts signals into the inboxes of executions. Returns one row per execution that was reached. */
export const sendSignals: Statement = {
  name: 'send_signals',
  text: `WITH ${clock},
sent AS MATERIALIZED (
  SELECT s.* FROM json_to_recordset(${document}->'signals') AS s (id uuid, n integer, event text)
),
${deliverSent(field('wakeupSent', 'boolean'))}
SELECT ${reachedColumns} FROM notified e ORDER BY e.id`,
};
