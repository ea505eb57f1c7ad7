import { field } from '../../fragments/common-fragments.ts';
import type { Statement } from '../../sql-client.ts';

/** Counts the batches of one status up to the cap, by the index of that status. */
function countOf(status: 'RUNNING' | 'PAUSED'): string {
  return `CAST((SELECT count(*) FROM (
    SELECT 1 FROM millrace.batches WHERE status = '${status}' LIMIT ${field('cap', 'integer')}
  ) counted) AS float8)`;
}

/** Counts open batches, at most `cap` of each status, and reads no batch that has ended. */
export const countOpenBatches: Statement = {
  name: 'count_open_batches',
  text: `SELECT ${countOf('RUNNING')} AS "running", ${countOf('PAUSED')} AS "paused"`,
};
