import { field, requestedIds } from '../../fragments/common-fragments.ts';
import { type Statement, scanTimeoutFactor } from '../../sql-client.ts';

const items = `CASE WHEN json_typeof(CAST(e.input AS json)) = 'object'
      AND json_typeof(CAST(e.input AS json)->'Items') = 'array'
      THEN json_array_length(CAST(e.input AS json)->'Items') ELSE 1 END`;

/** Reads how many items executions have. */
export const selectItemCounts: Statement = {
  name: 'select_item_counts',
  text: `WITH ${requestedIds}
SELECT e.id::text AS "executionId", CAST(${items} AS float8) AS "items"
FROM asked a JOIN millrace.executions e ON e.id = a.id`,
};

/**
 * Counts the children of a map run by status, and the items in their inputs: a batch of items has
 * them in `Items`; one that was too large to be recorded counts as one.
 */
export const countMapRunItems: Statement = {
  name: 'count_map_run_items',
  timeoutFactor: scanTimeoutFactor,
  text: `SELECT c.status AS "status", c.begun AS "begun", CAST(count(*) AS float8) AS "executions",
  CAST(sum(c.items) AS float8) AS "items"
FROM (
  SELECT e.status, e.started_at IS NOT NULL AS begun,
    CASE WHEN ${field('batched', 'boolean')} THEN ${items} ELSE 1 END AS items
  FROM millrace.executions e WHERE e.batch_id = ${field('batchId')}
) c GROUP BY c.status, c.begun`,
};
