/** What an execution `e` is called as a task: the rules of `TaskState`, in SQL. */
import type { TaskState } from '../../../ports/task-store.ts';
import { now } from './fragments.ts';

/** Why one sleeps. Written as the index `executions_asleep` has it, or the index is of no use. */
export const sleepKind = `(CASE
  WHEN e.started_at IS NULL THEN 'scheduled' WHEN e.retrying THEN 'retry' ELSE 'waiting' END)`;

/** Whether the worker that holds it is alive. */
export const isLeaseLasting = `EXISTS (SELECT 1 FROM millrace.workers w
  WHERE w.worker_id = e.worker_id AND w.expires_at > ${now})`;

/** Whether it ended without success: what the archive may have an entry of. */
export const endedBadly = `e.status IN ('FAILED', 'TIMED_OUT', 'ABORTED')`;

const isArchived = 'EXISTS (SELECT 1 FROM millrace.archive a WHERE a.execution_id = e.id)';

/** The state. */
export const taskState = `CASE
  WHEN e.status = 'SUCCEEDED' THEN 'succeeded'
  WHEN ${endedBadly} THEN CASE WHEN ${isArchived} THEN 'archived' ELSE 'failed' END
  WHEN e.worker_id IS NOT NULL THEN CASE WHEN ${isLeaseLasting} THEN 'active' ELSE 'pending' END
  WHEN e.due_at > ${now} THEN ${sleepKind}
  ELSE 'pending' END`;

/** Where some of the tasks of a state are. */
export interface Place {
  /** The condition by which they are found. */
  readonly where: string;
  /**
   * The order of the index to walk where only few stand, which the planner cannot know: it takes
   * the columns for independent.
   */
  readonly walk?: string;
}

/** The places in which tasks of a state may be: each has an index of its own. */
export const placesOf: Readonly<Record<TaskState, readonly Place[]>> = {
  scheduled: [{ where: asleepAs('scheduled') }],
  pending: [
    { where: `e.sent_at IS NOT NULL AND e.sent_at <= ${now}` },
    {
      where:
        'e.sent_at IS NULL AND e.due_at IS NULL AND e.worker_id IS NULL AND e.ended_at IS NULL',
      walk: 'e.created_at DESC',
    },
    {
      where: `e.due_at IS NOT NULL AND e.sent_at IS NULL AND e.due_at <= ${now}`,
      walk: 'e.due_at',
    },
    { where: `e.worker_id IS NOT NULL AND NOT ${isLeaseLasting}` },
  ],
  active: [{ where: `e.worker_id IS NOT NULL AND ${isLeaseLasting}` }],
  waiting: [{ where: asleepAs('waiting') }],
  retry: [{ where: asleepAs('retry') }],
  succeeded: [{ where: `e.status = 'SUCCEEDED'` }],
  failed: [{ where: `${endedBadly} AND NOT ${isArchived}` }],
  archived: [{ where: `${endedBadly} AND ${isArchived}` }],
};

/** Whether it sleeps for the reason `kind`, and is not due yet. */
function asleepAs(kind: TaskState): string {
  return `e.due_at IS NOT NULL AND ${sleepKind} = '${kind}' AND e.due_at > ${now}`;
}
