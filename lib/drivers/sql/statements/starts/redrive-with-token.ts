import { clock, field, now } from '../../fragments/common-fragments.ts';
import { reopenChosen } from '../../fragments/redrive.ts';
import type { Statement } from '../../sql-client.ts';

const id = field('executionId', 'uuid');
const token = field('clientToken');

/** How many of an execution's tokens are known. AWS's number. */
const tokensMax = 10;

/** Tokens that are known still, the newest ones. */
const valid = `SELECT t.token, t.redriven_at FROM millrace.redrive_tokens t
  WHERE t.execution_id = ${id} AND t.redriven_at > ${now} - ${field('tokenMs', 'bigint')}
  ORDER BY t.redriven_at DESC LIMIT ${tokensMax}`;

/**
 * Redrives one execution, unless a known token says that this request did it already. Forgets
 * tokens that are too old. No row when it can not be redriven.
 */
export const redriveWithToken: Statement = {
  name: 'redrive_once',
  text: `WITH ${clock},
valid AS MATERIALIZED (${valid}),
known AS MATERIALIZED (SELECT redriven_at FROM valid WHERE token = ${token}),
chosen AS (SELECT ${id} AS id WHERE NOT EXISTS (SELECT 1 FROM known)),
${reopenChosen},
noted AS (
  INSERT INTO millrace.redrive_tokens (execution_id, token, redriven_at)
  SELECT r.id, ${token}, r.redriven_at FROM reopened r WHERE ${token} IS NOT NULL
  ON CONFLICT (execution_id, token) DO UPDATE SET redriven_at = excluded.redriven_at
),
forgotten AS (
  DELETE FROM millrace.redrive_tokens t
  WHERE t.execution_id = ${id} AND t.token IS DISTINCT FROM ${token}
    AND t.token NOT IN (SELECT token FROM valid)
)
SELECT CAST(r.redriven_at AS float8) AS "redrivenAt", false AS "isRepeat", r.queue AS "queue",
  r.batch_id AS "batchId" FROM reopened r
UNION ALL
SELECT CAST(k.redriven_at AS float8), true, e.queue, e.batch_id
FROM known k JOIN millrace.executions e ON e.id = ${id}`,
};
