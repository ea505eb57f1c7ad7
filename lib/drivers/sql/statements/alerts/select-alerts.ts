import { field } from '../../fragments/common-fragments.ts';
import type { Statement } from '../../sql-client.ts';

/** Lists alerts, open ones first, then the newest. There are few: retention ends them. */
export const selectAlerts: Statement = {
  name: 'select_alerts',
  text: `SELECT a.id::text AS "id", a.rule AS "rule", a.subject AS "subject",
  a.severity AS "severity", a.message AS "message", a.link AS "link",
  CAST(a.since AS float8) AS "since", CAST(a.ended_at AS float8) AS "endedAt"
FROM millrace.alerts a
WHERE a.ended_at IS NULL OR NOT ${field('openOnly', 'boolean')}
ORDER BY a.ended_at IS NOT NULL, a.since DESC, a.id DESC LIMIT ${field('limit', 'integer')}`,
};
