import type { BatchWalk } from '../../../shared/batch-walks.ts';
import { batchColumns, batchTotals, document, field } from '../../fragments/common-fragments.ts';
import { joinConditions, nameStatement } from '../../fragments/conditions.ts';
import { roundShown } from '../../fragments/shown-sizes.ts';
import { type Statement, scanTimeoutFactor } from '../../sql-client.ts';

const filters = {
  statuses: `b.status IN (SELECT value FROM json_array_elements_text(${document}->'statuses'))`,
  name: `b.name = ${field('name')}`,
  machineId: `b.machine_id = ${field('machineId')}`,
};

/** Conditions that narrow every walk: each index ends with the time of creation. */
const ranges = {
  createdFrom: `b.created_at >= ${field('createdFrom', 'float8')}`,
  createdBefore: `b.created_at < ${field('createdBefore', 'float8')}`,
  afterId: `(b.created_at, b.id) < (${field('afterAt', 'bigint')}, ${field('afterId')})`,
};

/** What a statement's name depends on. */
const conditions = { ...filters, ...ranges };

/** Each walk has an index; of those with fixed conditions it has the rows of nothing else. */
const walks: Readonly<Record<BatchWalk, string>> = {
  open: 'b.ended_at IS NULL',
  failed: `b.status IN ('FAILED', 'ABORTED')`,
  name: filters.name,
  machine: filters.machineId,
  all: 'true',
};

/** A list of batches. */
export interface BatchList {
  readonly walk: BatchWalk;
  /** The document of the statement. */
  readonly filter: object;
  /** Maximum number of rows that it looks at; a whole number. */
  readonly rowsMax: number;
  /** Maximum number of rows that it returns, at least. */
  readonly shownMax: number;
}

/**
 * Lists batches, newest first: walks through an index over the time of creation, looks at `rowsMax`
 * rows at most, and sums counters only for the rows shown. The last row that it looks at is always
 * among its rows, to show how far back it has looked.
 */
export function selectBatches({ walk, filter, rowsMax, shownMax }: BatchList): Statement {
  const shown = roundShown(shownMax);
  const matches = joinConditions(filters, filter);
  return {
    name: `${nameStatement(`select_batches_${walk}`, conditions, filter)}_${rowsMax}_${shown}`,
    timeoutFactor: scanTimeoutFactor,
    text: `WITH looked AS (
  SELECT r.*, row_number() OVER w AS rows, lead(r.id) OVER w IS NULL AS is_last
  FROM (SELECT b.id, b.created_at, b.status, b.name, b.machine_id FROM millrace.batches b
    WHERE ${walks[walk]} AND ${joinConditions(ranges, filter)}
    ORDER BY b.created_at DESC, b.id DESC LIMIT ${rowsMax}) r
  WINDOW w AS (ORDER BY r.created_at DESC, r.id DESC)
  ORDER BY r.created_at DESC, r.id DESC LIMIT ${rowsMax}
),
shown AS (
  SELECT b.id, b.rows, b.is_last, coalesce(${matches}, false) AS is_match FROM looked b
  WHERE ${document} IS NOT NULL AND ((${matches}) OR b.is_last)
  ORDER BY b.created_at DESC, b.id DESC LIMIT ${shown}
)
SELECT ${batchColumns}, CAST(s.rows AS float8) AS "rows", s.is_match AS "isMatch",
  s.is_last AS "isLast"
FROM shown s JOIN millrace.batches b ON b.id = s.id ${batchTotals}
ORDER BY b.created_at DESC, b.id DESC`,
  };
}
