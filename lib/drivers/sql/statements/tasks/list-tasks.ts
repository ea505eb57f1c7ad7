/** Lists the tasks of one state, newest first. */
import type { TaskState } from '../../../../ports/task-store.ts';
import { type Conditions, conditionsGiven, nameGiven } from '../../fragments/conditions.ts';
import { clock, field, summaryColumns } from '../../fragments/fragments.ts';
import { type Place, placesOf } from '../../fragments/task-states.ts';
import type { Statement } from '../../sql-client.ts';

const conditions: Conditions = {
  queue: `e.queue = ${field('queue')}`,
  machineId: `e.machine_id = ${field('machineId')}`,
  afterId: `e.id < ${field('afterId', 'uuid')}`,
};

/** What is looked at where an index is walked; no sweep leaves so many there. */
const walkedMax = 100_000;

/**
 * Each place in which tasks of the state may be is looked through on its own: by its index, or
 * backwards by the primary key, whichever is shorter.
 */
export function listTasks(state: TaskState, filter: object): Statement {
  const limit = field('limit', 'integer');
  const places = placesOf[state].map(
    (place) => `(SELECT p.id FROM (${rowsOf(place, filter)}) p ORDER BY p.id DESC LIMIT ${limit})`,
  );
  return {
    name: nameGiven(`list_tasks_${state}`, conditions, filter),
    text: `WITH ${clock},
chosen AS (
  ${places.join('\n  UNION ALL\n  ')}
)
SELECT ${summaryColumns}, e.worker_id AS "workerId"
FROM chosen c JOIN millrace.executions e ON e.id = c.id
ORDER BY e.id DESC LIMIT ${limit}`,
  };
}

function rowsOf({ where, walk }: Place, filter: object): string {
  const rows = `SELECT e.id FROM millrace.executions e
    WHERE ${where} AND ${conditionsGiven(conditions, filter)}`;
  return walk === undefined ? rows : `${rows} ORDER BY ${walk} LIMIT ${walkedMax}`;
}
