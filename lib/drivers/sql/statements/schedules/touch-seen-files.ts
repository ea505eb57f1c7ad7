import { clock, document, now } from '../../fragments/common-fragments.ts';
import type { Statement } from '../../sql-client.ts';

/** Notes that files are still there, and returns those that were recorded in this version. */
export const touchSeenFiles: Statement = {
  name: 'touch_seen_files',
  text: `WITH ${clock}
UPDATE millrace.seen_files f SET seen_at = ${now}
FROM json_to_recordset(${document}->'files') AS t (batch text, key text, version text)
WHERE f.batch = t.batch AND f.key = t.key AND f.version = t.version
RETURNING f.batch AS "batch", f.key AS "key", f.version AS "version"`,
};
