import type { OpenTaskState } from '../../../shared/task-statuses.ts';
import { clock, field, summaryColumns } from '../../fragments/common-fragments.ts';
import { type Conditions, joinConditions, nameStatement } from '../../fragments/conditions.ts';
import { type TaskLocation, taskLocations } from '../../fragments/task-states.ts';
import { type Statement, scanTimeoutFactor } from '../../sql-client.ts';

const conditions: Conditions = {
  queue: `e.queue = ${field('queue')}`,
  machineId: `e.machine_id = ${field('machineId')}`,
  afterId: `e.id < ${field('afterId', 'uuid')}`,
};

/** Maximum number of rows read of an index; no sweep leaves so many there. */
const walkedMax = 100_000;

/**
 * The same for the tasks of one queue that were sent, of which a large batch has any number: the
 * newest are among those that were sent last.
 */
const sentWalkedMax = 10_000;

/**
 * Lists the tasks of one open state, newest first. Each location of such tasks is searched on its
 * own: by its index, or backwards by the primary key, whichever is shorter.
 */
export function selectTasks(state: OpenTaskState, filter: object): Statement {
  const limit = field('limit', 'integer');
  const locations = taskLocations[state].map(
    (location) =>
      `(SELECT p.id FROM (${selectRows(location, filter)}) p ORDER BY p.id DESC LIMIT ${limit})`,
  );
  return {
    name: nameStatement(`select_tasks_${state}`, conditions, filter),
    timeoutFactor: scanTimeoutFactor,
    text: `WITH ${clock},
chosen AS (
  ${locations.join('\n  UNION ALL\n  ')}
)
SELECT ${summaryColumns}, e.worker_id AS "workerId"
FROM chosen c JOIN millrace.executions e ON e.id = c.id
ORDER BY e.id DESC LIMIT ${limit}`,
  };
}

function selectRows({ where, walk, queueWalk }: TaskLocation, filter: object): string {
  const rows = `SELECT e.id FROM millrace.executions e
    WHERE ${where} AND ${joinConditions(conditions, filter)}`;
  const hasQueue = 'queue' in filter && typeof filter.queue === 'string';
  if (walk !== undefined) return `${rows} ORDER BY ${walk} LIMIT ${walkedMax}`;
  if (!hasQueue || queueWalk === undefined) return rows;
  return `${rows} ORDER BY ${queueWalk} LIMIT ${sentWalkedMax}`;
}
