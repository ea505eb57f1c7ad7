import type {
  ActivityBacklog,
  ActivityStore,
  ActivityTask,
  TakenActivityTask,
} from '../../ports/store/activity-store.ts';
import { isUuid, toStorableDocument, toStorableText } from '../shared/storable.ts';
import type { SqlSession } from './sql-session.ts';
import { type ReachedRow, toOutcome } from './sql-signal-store.ts';
import { deleteActivityTask } from './statements/activities/delete-activity-task.ts';
import { insertActivityTask } from './statements/activities/insert-activity-task.ts';
import { selectActivities } from './statements/activities/select-activities.ts';
import { takeActivityTask } from './statements/activities/take-activity-task.ts';

/** The tasks of activities in SQL. */
export function createSqlActivityStore(session: SqlSession): ActivityStore {
  return {
    scheduleActivity: async (task) => {
      if (!isUuid(task.executionId)) return;
      const activity = toStorableText(task.activity);
      const input = toStorableDocument(task.input);
      await session.call(insertActivityTask, { ...task, activity, input });
    },
    takeActivityTask: (activity, workerName, wakeupSent) =>
      take(session, activity, workerName, wakeupSent),
    removeActivityTask: async (executionId, command) => {
      if (isUuid(executionId)) await session.call(deleteActivityTask, { executionId, command });
    },
    listActivities: () => session.call<ActivityBacklog>(selectActivities),
  };
}

interface TakenRow extends Omit<ActivityTask, 'executionId'>, Omit<ReachedRow, 'executionId'> {
  readonly takenId: string;
  /** Null when the execution was not signalled. */
  readonly executionId: string | null;
}

async function take(
  session: SqlSession,
  activity: string,
  workerName: string | null,
  wakeupSent: boolean,
): Promise<TakenActivityTask | null> {
  const row = await session.one<TakenRow>(takeActivityTask, {
    activity: toStorableText(activity),
    workerName: workerName === null ? null : toStorableText(workerName),
    wakeupSent,
  });
  if (row === null) return null;
  const { takenId, executionId, command, taskToken, input } = row;
  const reached = toOutcome(executionId === null ? [] : [{ ...row, executionId }]);
  return {
    task: { activity: row.activity, executionId: takenId, command, taskToken, input },
    isRunning: executionId !== null,
    wakeups: wakeupSent ? reached.wakeups : [],
    held: reached.held,
  };
}
