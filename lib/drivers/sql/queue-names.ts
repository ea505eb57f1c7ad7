/** How the names of queues are found: by jumping through an index from one to the next. */

/**
 * A common table expression `name (queue)` with the queues of the executions `e` that `condition`
 * holds for, and a last row of null. A backlog of millions costs no more than one of a few. Needs
 * WITH RECURSIVE, and an index that begins with the queue.
 */
export function queuesWhere(name: string, condition: string): string {
  return `${name} (queue) AS (
  (SELECT e.queue FROM millrace.executions e WHERE ${condition} ORDER BY e.queue LIMIT 1)
  UNION ALL
  SELECT (SELECT e.queue FROM millrace.executions e
    WHERE ${condition} AND e.queue > q.queue ORDER BY e.queue LIMIT 1)
  FROM ${name} q WHERE q.queue IS NOT NULL
)`;
}
