/** Changes of a file of results by the writer that holds its lease. */
import { clock, field, now } from '../../fragments/common-fragments.ts';
import type { Statement } from '../../sql-client.ts';

const isHeld = `batch_id = ${field('batchId')} AND fence = ${field('fence', 'integer')}
  AND status = 'PENDING'`;

const progress = `progress = ${field('progress')}, items = ${field('items', 'bigint')},
  bytes = ${field('bytes', 'bigint')}`;

/** Saves how far a file of results is written, and extends its lease. Returns a row when held. */
export const updateResultProgress: Statement = {
  name: 'update_result_progress',
  text: `WITH ${clock}
UPDATE millrace.result_files SET ${progress}, reason = NULL,
  attempts = CASE WHEN ${field('bytes', 'bigint')} > bytes THEN 0 ELSE attempts END,
  due_at = ${now} + ${field('leaseMs', 'bigint')}
WHERE ${isHeld}
RETURNING 1 AS "n"`,
};

/** Ends the lease of a file of results: it is written, given up, or due again. */
export const settleResultFile: Statement = {
  name: 'settle_result_file',
  text: `WITH ${clock}
UPDATE millrace.result_files SET ${progress}, status = ${field('status')},
  reason = ${field('reason')}, due_at = ${now} + ${field('retryInMs', 'bigint')},
  ended_at = CASE WHEN ${field('status')} <> 'PENDING' THEN ${now} END
WHERE ${isHeld}
RETURNING 1 AS "n"`,
};
