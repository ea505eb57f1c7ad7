import { document, field } from '../../fragments/common-fragments.ts';
import type { Statement } from '../../sql-client.ts';

/**
 * Records which account and region the store belongs to, unless it is known; one that was assumed
 * is replaced while the store has no execution whose ARNs name it. Returns what holds.
 */
export const adoptScope: Statement = {
  name: 'adopt_scope',
  text: `WITH kept AS MATERIALIZED (SELECT partition, region, account FROM millrace.store_scope),
written AS (
  INSERT INTO millrace.store_scope AS s (partition, region, account)
  SELECT ${field('partition')}, ${field('region')}, ${field('account')}
  WHERE NOT EXISTS (SELECT 1 FROM kept) OR (${field('mayReplace', 'boolean')}
    AND NOT EXISTS (SELECT 1 FROM millrace.executions))
  ON CONFLICT (only_row) DO UPDATE SET partition = excluded.partition, region = excluded.region,
    account = excluded.account
  WHERE NOT EXISTS (SELECT 1 FROM millrace.executions)
  RETURNING partition, region, account
)
SELECT partition AS "partition", region AS "region", account AS "account" FROM written
UNION ALL SELECT partition, region, account FROM kept WHERE NOT EXISTS (SELECT 1 FROM written)`,
};

/** Reads which account and region the store belongs to. */
export const selectScope: Statement = {
  name: 'select_scope',
  text: `SELECT partition AS "partition", region AS "region", account AS "account"
FROM millrace.store_scope WHERE ${document} IS NOT NULL`,
};
