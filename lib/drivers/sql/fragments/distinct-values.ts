/** Finds the values at the beginning of an index by jumping through it. */

/** Where distinct values are found. */
export interface ValueSource {
  /** The table with its alias, `millrace.executions e`. */
  readonly from: string;
  /** The column, with the alias; an index begins with it. */
  readonly column: string;
  /** Which values are wanted; `true` for all. */
  readonly where: string;
  /** Maximum number of values. @default no limit */
  readonly limit?: string;
}

/**
 * A common table expression `name (value)` with the values of a column in ascending order, and a
 * last row of null. Millions of rows with one value cost no more than one. Needs WITH RECURSIVE.
 */
export function distinctValues(name: string, source: ValueSource): string {
  const { from, column, where, limit } = source;
  const count = limit === undefined ? ['', '', '', ''] : [', count', ', 1', ', n.count + 1', limit];
  const [declared, first, following, max] = count;
  return `${name} (value${declared}) AS (
  (SELECT ${column}${first} FROM ${from} WHERE ${where} ORDER BY ${column} LIMIT 1)
  UNION ALL
  SELECT (SELECT ${column} FROM ${from}
    WHERE ${where} AND ${column} > n.value ORDER BY ${column} LIMIT 1)${following}
  FROM ${name} n WHERE n.value IS NOT NULL${max === '' ? '' : ` AND n.count < ${max}`}
)`;
}
