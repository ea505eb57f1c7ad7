import { clock, field, now } from '../../fragments/common-fragments.ts';
import { queuesWhere } from '../../fragments/queue-names.ts';
import { type Statement, scanTimeoutFactor } from '../../sql-client.ts';

/**
 * Counts, per queue, the executions that need a message and those that workers hold. Each count
 * stops at the cap, and the names of the queues are found by jumping through the indexes from one
 * to the next, so that a backlog of millions costs no more than one of `cap`.
 */
export const countRunnable: Statement = {
  name: 'count_runnable',
  timeoutFactor: scanTimeoutFactor,
  text: `WITH RECURSIVE ${clock},
${queuesWhere('sent_queue', 'e.sent_at IS NOT NULL')},
${queuesWhere('held_queue', 'e.worker_id IS NOT NULL')},
named (queue) AS (
  SELECT queue FROM sent_queue WHERE queue IS NOT NULL
  UNION SELECT queue FROM held_queue WHERE queue IS NOT NULL
)
SELECT n.queue AS "queue",
  CAST((SELECT count(*) FROM (SELECT 1 FROM millrace.executions e
    WHERE e.queue = n.queue AND e.sent_at IS NOT NULL AND e.sent_at <= ${now}
    ORDER BY e.sent_at LIMIT ${field('cap', 'integer')}) r) AS float8) AS "runnable",
  CAST((SELECT count(*) FROM (SELECT 1 FROM millrace.executions e
    WHERE e.queue = n.queue AND e.sent_at > ${now}
    ORDER BY e.sent_at LIMIT ${field('cap', 'integer')}) s) AS float8) AS "sleeping",
  CAST((SELECT count(*) FROM (SELECT 1 FROM millrace.executions e
    WHERE e.queue = n.queue AND e.worker_id IS NOT NULL
    ORDER BY e.worker_id LIMIT ${field('cap', 'integer')}) h) AS float8) AS "held"
FROM named n ORDER BY n.queue`,
};
