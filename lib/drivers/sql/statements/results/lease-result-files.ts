import { clock, field, now } from '../../fragments/common-fragments.ts';
import type { Statement } from '../../sql-client.ts';

/**
 * Takes files of results that are due, longest first, by the index over them, and makes them due
 * again after the lease. Concurrent calls get different ones.
 */
export const leaseResultFiles: Statement = {
  name: 'lease_result_files',
  text: `WITH ${clock},
due AS MATERIALIZED (
  SELECT batch_id FROM millrace.result_files WHERE status = 'PENDING' AND due_at <= ${now}
  ORDER BY due_at, batch_id LIMIT ${field('limit', 'integer')} FOR UPDATE SKIP LOCKED
)
UPDATE millrace.result_files f
SET attempts = f.attempts + 1, fence = f.fence + 1,
  due_at = ${now} + ${field('leaseMs', 'bigint')}
FROM due WHERE f.batch_id = due.batch_id
RETURNING f.batch_id AS "batchId", f.output AS "output", f.format AS "format",
  f.fence AS "fence", f.attempts AS "attempts", f.progress AS "progress",
  CAST(f.items AS float8) AS "items", CAST(f.bytes AS float8) AS "bytes"`,
};
