import { clock, field, now } from '../../fragments/common-fragments.ts';
import { type Statement, scanTimeoutFactor } from '../../sql-client.ts';

/** Deletes the files that were not seen for a while, oldest first. Returns a row for each. */
export const pruneSeenFiles: Statement = {
  name: 'prune_seen_files',
  timeoutFactor: scanTimeoutFactor,
  text: `WITH ${clock},
doomed AS MATERIALIZED (
  SELECT batch, key FROM millrace.seen_files
  WHERE seen_at < ${now} - ${field('retentionMs', 'bigint')}
  ORDER BY seen_at LIMIT ${field('limit', 'integer')} FOR UPDATE SKIP LOCKED
)
DELETE FROM millrace.seen_files f USING doomed WHERE f.batch = doomed.batch AND f.key = doomed.key
RETURNING 1 AS "n"`,
};
