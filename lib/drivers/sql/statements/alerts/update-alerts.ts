import { document } from '../../fragments/common-fragments.ts';
import type { Statement } from '../../sql-client.ts';

/** Changes the severity and the message of alerts that are open. */
export const updateAlerts: Statement = {
  name: 'update_alerts',
  text: `UPDATE millrace.alerts a SET severity = t.severity, message = t.message
FROM json_to_recordset(${document}->'changes') AS t (id uuid, severity text, message text)
WHERE a.id = t.id AND a.ended_at IS NULL
RETURNING 1 AS "n"`,
};
