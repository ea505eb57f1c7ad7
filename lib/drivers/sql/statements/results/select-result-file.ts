import { field } from '../../fragments/common-fragments.ts';
import type { Statement } from '../../sql-client.ts';

/** Reads the file of results of a batch, by its primary key. */
export const selectResultFile: Statement = {
  name: 'select_result_file',
  text: `SELECT f.output AS "output", f.format AS "format", f.status AS "status",
  CAST(f.items AS float8) AS "items", CAST(f.bytes AS float8) AS "bytes",
  f.attempts AS "attempts", f.reason AS "reason", CAST(f.ended_at AS float8) AS "endedAt"
FROM millrace.result_files f WHERE f.batch_id = ${field('batchId')}`,
};
