import { clock, field, heldBack, now } from '../../fragments/common-fragments.ts';
import { queuesWhere } from '../../fragments/queue-names.ts';
import { isLeaseValid, sleepKind, taskState } from '../../fragments/task-states.ts';
import { type Statement, scanTimeoutFactor } from '../../sql-client.ts';

const cap = field('cap', 'integer');

/** Counts the rows that `select` finds, up to `cap`. */
function upToCap(select: string): string {
  return `(SELECT count(*) FROM (${select} LIMIT ${cap}) r)`;
}

const sleepKinds = ['scheduled', 'retry', 'waiting'] as const;

function isAsleepAs(kind: string): string {
  return `${sleepKind} = '${kind}' AND e.due_at IS NOT NULL`;
}

function countAsleep(kind: string): string {
  return `SELECT n.queue, '${kind}' AS state, ${upToCap(`SELECT 1 FROM millrace.executions e
    WHERE ${isAsleepAs(kind)} AND e.queue = n.queue AND e.due_at > ${now}
      AND e.due_at <> ${heldBack} ORDER BY e.due_at`)} AS count
  FROM ${kind}_queue n WHERE n.queue IS NOT NULL`;
}

/**
 * Counts tasks by queue and state. No part reads more than `cap` rows per queue and state, however
 * long the backlog is: each reads an index from one end. Where no index begins with the queue
 * (never sent, due and not yet woken, ended), at most `cap` rows are read in all; of the ended ones
 * the newest. The archive has totals; entries without an execution have no machine, and are no
 * tasks. A queue and state may come in several rows, to be added up.
 */
export const countTasks: Statement = {
  name: 'count_tasks',
  timeoutFactor: scanTimeoutFactor,
  text: `WITH RECURSIVE ${clock},
${queuesWhere('sent_queue', 'e.sent_at IS NOT NULL')},
${queuesWhere('held_queue', 'e.worker_id IS NOT NULL')},
${sleepKinds.map((kind) => queuesWhere(`${kind}_queue`, isAsleepAs(kind))).join(',\n')},
sent AS (
  SELECT n.queue, 'pending' AS state, ${upToCap(`SELECT 1 FROM millrace.executions e
    WHERE e.queue = n.queue AND e.sent_at IS NOT NULL AND e.sent_at <= ${now} ORDER BY e.sent_at`)} AS count
  FROM sent_queue n WHERE n.queue IS NOT NULL
),
asleep AS (
  ${sleepKinds.map(countAsleep).join('\n  UNION ALL\n  ')}
),
held AS (
  SELECT n.queue, CASE WHEN e.lasting THEN 'active' ELSE 'pending' END AS state, count(*) AS count
  FROM held_queue n CROSS JOIN LATERAL (
    SELECT ${isLeaseValid} AS lasting FROM millrace.executions e
    WHERE e.queue = n.queue AND e.worker_id IS NOT NULL ORDER BY e.worker_id LIMIT ${cap}) e
  GROUP BY n.queue, e.lasting
),
unsent AS (
  SELECT e.queue, 'pending' AS state, count(*) AS count FROM (
    (SELECT queue FROM millrace.executions
      WHERE sent_at IS NULL AND due_at IS NULL AND worker_id IS NULL AND ended_at IS NULL
      ORDER BY created_at LIMIT ${cap})
    UNION ALL
    (SELECT queue FROM millrace.executions
      WHERE due_at IS NOT NULL AND sent_at IS NULL AND due_at <= ${now}
      ORDER BY due_at LIMIT ${cap})
    UNION ALL
    (SELECT queue FROM millrace.executions WHERE due_at = ${heldBack} LIMIT ${cap})) e
  GROUP BY e.queue
),
ended AS (
  SELECT e.queue, e.state, count(*) AS count FROM (
    (SELECT e.queue, ${taskState} AS state FROM millrace.executions e
      WHERE e.ended_at IS NOT NULL AND e.retention_ms IS NULL
      ORDER BY e.ended_at DESC LIMIT ${cap})
    UNION ALL
    (SELECT e.queue, ${taskState} FROM millrace.executions e
      WHERE e.ended_at IS NOT NULL AND e.retention_ms IS NOT NULL
      ORDER BY e.ended_at + e.retention_ms DESC LIMIT ${cap})) e
  WHERE e.state <> 'archived'
  GROUP BY e.queue, e.state
),
archived AS (
  SELECT t.queue, 'archived' AS state, least(sum(t.count), ${cap}) AS count
  FROM (SELECT queue, count FROM millrace.archive_totals
    WHERE machine_id IS NOT NULL LIMIT ${cap}) t
  GROUP BY t.queue HAVING sum(t.count) > 0
)
SELECT c.queue AS "queue", c.state AS "state", CAST(c.count AS float8) AS "count"
FROM (SELECT * FROM sent UNION ALL SELECT * FROM asleep UNION ALL SELECT * FROM held
  UNION ALL SELECT * FROM unsent UNION ALL SELECT * FROM ended UNION ALL SELECT * FROM archived) c`,
};
