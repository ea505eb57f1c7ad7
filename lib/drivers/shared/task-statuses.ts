/** The statuses of tasks that have ended, which all drivers share. */
import type { ExecutionStatus } from '../../engine/status.ts';
import type { QueueTaskState } from '../../ports/store/task-store.ts';
import { failedStatuses } from './execution-filter.ts';

/** The state of a task that has ended. */
type EndedTaskState = 'succeeded' | 'failed' | 'archived';

/** The state of a task that has not ended. */
export type OpenTaskState = Exclude<QueueTaskState, EndedTaskState>;

/** What distinguishes the tasks that have ended. */
export interface EndedTasks {
  readonly statuses: readonly ExecutionStatus[];
  /** Whether they are in the archive; null when that does not matter. */
  readonly isArchived: boolean | null;
}

const ended: Readonly<Record<EndedTaskState, EndedTasks>> = {
  succeeded: { statuses: ['SUCCEEDED'], isArchived: null },
  failed: { statuses: failedStatuses, isArchived: false },
  archived: { statuses: failedStatuses, isArchived: true },
};

/** Whether tasks of a state have ended. */
export function isEndedState(state: QueueTaskState): state is EndedTaskState {
  return Object.hasOwn(ended, state);
}

/** Returns what distinguishes the tasks of a state. */
export function endedTasks(state: EndedTaskState): EndedTasks {
  return ended[state];
}
