import { clock, field, now } from '../../fragments/common-fragments.ts';
import type { Statement } from '../../sql-client.ts';

/** Records a file, in the place of an earlier version of it. */
export const recordSeenFile: Statement = {
  name: 'record_seen_file',
  text: `WITH ${clock}
INSERT INTO millrace.seen_files (batch, key, version, seen_at)
VALUES (${field('batch')}, ${field('key')}, ${field('version')}, ${now})
ON CONFLICT (batch, key) DO UPDATE SET version = excluded.version, seen_at = excluded.seen_at
RETURNING 1 AS "n"`,
};
