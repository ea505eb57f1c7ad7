/** The work of activities in SQL. */
import type {
  ActivityBacklog,
  ActivityStore,
  ActivityTask,
  TakenActivityTask,
} from '../../ports/activity-store.ts';
import { isUuid, storableDocument, storableText } from '../shared/storable.ts';
import type { SqlSession } from './sql-session.ts';
import { reachedBy, type ToldRow } from './sql-signal-store.ts';
import { listActivities } from './statements/activities/list-activities.ts';
import { removeActivityTask } from './statements/activities/remove-activity-task.ts';
import { scheduleActivity } from './statements/activities/schedule-activity.ts';
import { takeActivityTask } from './statements/activities/take-activity-task.ts';

/** The part of the store that keeps the work of activities. */
export function sqlActivityStore(session: SqlSession): ActivityStore {
  return {
    scheduleActivity: async (task) => {
      if (!isUuid(task.executionId)) return;
      const activity = storableText(task.activity);
      const input = storableDocument(task.input);
      await session.call(scheduleActivity, { ...task, activity, input });
    },
    takeActivityTask: (activity, workerName, wakeupSent) =>
      take(session, activity, workerName, wakeupSent),
    removeActivityTask: async (executionId, command) => {
      if (isUuid(executionId)) await session.call(removeActivityTask, { executionId, command });
    },
    listActivities: () => session.call<ActivityBacklog>(listActivities),
  };
}

interface TakenRow extends Omit<ActivityTask, 'executionId'>, Omit<ToldRow, 'executionId'> {
  readonly takenId: string;
  /** Null when no signal reached the execution. */
  readonly executionId: string | null;
}

async function take(
  session: SqlSession,
  activity: string,
  workerName: string | null,
  wakeupSent: boolean,
): Promise<TakenActivityTask | null> {
  const row = await session.one<TakenRow>(takeActivityTask, {
    activity: storableText(activity),
    workerName: workerName === null ? null : storableText(workerName),
    wakeupSent,
  });
  if (row === null) return null;
  const { takenId, executionId, command, taskToken, input } = row;
  const reached = reachedBy(executionId === null ? [] : [{ ...row, executionId }]);
  return {
    task: { activity: row.activity, executionId: takenId, command, taskToken, input },
    isWanted: executionId !== null,
    wakeups: wakeupSent ? reached.wakeups : [],
    held: reached.held,
  };
}
