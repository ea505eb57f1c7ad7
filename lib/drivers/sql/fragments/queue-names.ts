/** Finds the names of queues, and their oldest task, by jumping through an index. */

/**
 * A common table expression `name (queue)` with the queues of the executions `e` that match
 * `condition`, and a last row of null. A backlog of millions costs no more than one of a few. Needs
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

/**
 * The common table expressions `sent_queue` and `sent (queue, sent_at)`: for each queue the task
 * that was sent, or is due, first. Needs WITH RECURSIVE.
 */
export const oldestSent = `${queuesWhere('sent_queue', 'e.sent_at IS NOT NULL')},
sent AS MATERIALIZED (
  SELECT q.queue, (SELECT e.sent_at FROM millrace.executions e
    WHERE e.queue = q.queue AND e.sent_at IS NOT NULL ORDER BY e.sent_at LIMIT 1) AS sent_at
  FROM sent_queue q WHERE q.queue IS NOT NULL
)`;
