import { clock, field } from '../../fragments/common-fragments.ts';
import { deliverSent, reachedColumns } from '../../fragments/delivery.ts';
import type { Statement } from '../../sql-client.ts';

/**
 * Hands the oldest task of an activity to a worker and signals its execution. Skips tasks that
 * another worker has locked. `queue` and the columns after it are null when the execution was not
 * RUNNING: the task is deleted all the same.
 */
export const takeActivityTask: Statement = {
  name: 'take_activity_task',
  text: `WITH ${clock},
oldest AS MATERIALIZED (
  SELECT execution_id, command FROM millrace.activity_tasks WHERE activity = ${field('activity')}
  ORDER BY scheduled_at LIMIT 1 FOR UPDATE SKIP LOCKED
),
taken AS (
  DELETE FROM millrace.activity_tasks a USING oldest o
  WHERE a.execution_id = o.execution_id AND a.command = o.command
  RETURNING a.execution_id, a.command, a.activity, a.task_token, a.input
),
sent AS MATERIALIZED (
  SELECT execution_id AS id, 1 AS n, json_strip_nulls(json_build_object('type', 'commandStarted',
    'command', command, 'workerName', ${field('workerName')}))::text AS event
  FROM taken
),
${deliverSent(field('wakeupSent', 'boolean'))}
SELECT a.execution_id::text AS "takenId", a.command AS "command", a.activity AS "activity",
  a.task_token AS "taskToken", a.input AS "input", ${reachedColumns}
FROM taken a LEFT JOIN notified e ON e.id = a.execution_id`,
};
