/** The rules of `QueueTaskState` in SQL, for an execution `e`. */
import type { OpenTaskState } from '../../shared/task-statuses.ts';
import { heldBack, now } from './common-fragments.ts';

/** Why it sleeps. Must be the expression of the index `executions_asleep`, or that is not used. */
export const sleepKind = `(CASE
  WHEN e.started_at IS NULL THEN 'scheduled' WHEN e.retrying THEN 'retry' ELSE 'waiting' END)`;

/** True when the worker that holds it is alive. */
export const isLeaseValid = `EXISTS (SELECT 1 FROM millrace.workers w
  WHERE w.worker_id = e.worker_id AND w.expires_at > ${now})`;

/** True when it ended without success, and so may be in the archive. */
const endedUnsuccessfully = `e.status IN ('FAILED', 'TIMED_OUT', 'ABORTED')`;

/**
 * True when it is in the archive. A scalar subquery looks up each row in an index; for EXISTS, the
 * planner may read the whole archive once instead.
 */
export const isArchived = `(SELECT true FROM millrace.archive a
  WHERE a.execution_id = e.id LIMIT 1) IS NOT NULL`;

/** The state of the task. */
export const taskState = `CASE
  WHEN e.status = 'SUCCEEDED' THEN 'succeeded'
  WHEN ${endedUnsuccessfully} THEN CASE WHEN ${isArchived} THEN 'archived' ELSE 'failed' END
  WHEN e.worker_id IS NOT NULL THEN CASE WHEN ${isLeaseValid} THEN 'active' ELSE 'pending' END
  WHEN e.due_at > ${now} AND e.due_at <> ${heldBack} THEN ${sleepKind}
  ELSE 'pending' END`;

/** A set of rows in which some tasks of a state are found. */
export interface TaskLocation {
  /** The condition that selects the rows. */
  readonly where: string;
  /**
   * The order of the index to read when it has few rows, which the planner cannot know: it assumes
   * that the columns are independent.
   */
  readonly walk?: string;
  /**
   * The same for the tasks of one queue. Otherwise a queue without tasks may be looked for through
   * the whole primary key, because others have many.
   */
  readonly queueWalk?: string;
}

/** The locations of the tasks of each open state: each has an index of its own. */
export const taskLocations: Readonly<Record<OpenTaskState, readonly TaskLocation[]>> = {
  scheduled: [{ where: asleepAs('scheduled') }],
  pending: [
    { where: `e.sent_at IS NOT NULL AND e.sent_at <= ${now}`, queueWalk: 'e.sent_at DESC' },
    {
      where:
        'e.sent_at IS NULL AND e.due_at IS NULL AND e.worker_id IS NULL AND e.ended_at IS NULL',
      walk: 'e.created_at DESC',
    },
    {
      where: `e.due_at IS NOT NULL AND e.sent_at IS NULL AND e.due_at <= ${now}`,
      walk: 'e.due_at',
    },
    { where: `e.worker_id IS NOT NULL AND NOT ${isLeaseValid}` },
    { where: `e.due_at = ${heldBack}`, walk: 'e.batch_id' },
  ],
  active: [{ where: `e.worker_id IS NOT NULL AND ${isLeaseValid}` }],
  waiting: [{ where: asleepAs('waiting') }],
  retry: [{ where: asleepAs('retry') }],
};

/** Selects sleepers of the kind `kind` that are not due yet. */
function asleepAs(kind: OpenTaskState): string {
  return `e.due_at IS NOT NULL AND ${sleepKind} = '${kind}' AND e.due_at > ${now}
    AND e.due_at <> ${heldBack}`;
}
