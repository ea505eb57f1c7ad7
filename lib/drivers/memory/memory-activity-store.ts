import type { ActivityStore, TakenActivityTask } from '../../ports/store/activity-store.ts';
import { toStorableDocument, toStorableText } from '../shared/storable.ts';
import { sendAll } from './memory-signal-store.ts';
import { type MemoryTables, sortedBy, waiterKey } from './memory-tables.ts';

/** The tasks of activities in memory. */
export function createMemoryActivityStore(tables: MemoryTables): ActivityStore {
  return {
    scheduleActivity: async (task) => {
      const key = waiterKey(task.executionId, task.command);
      if (tables.activityTasks.has(key)) return;
      const activity = toStorableText(task.activity);
      const input = toStorableDocument(task.input);
      tables.activityTasks.set(key, { ...task, activity, input, scheduledAt: tables.now() });
    },
    takeActivityTask: async (activity, workerName, wakeupSent) =>
      take(tables, toStorableText(activity), workerName, wakeupSent),
    removeActivityTask: async (executionId, command) => {
      tables.activityTasks.delete(waiterKey(executionId, command));
    },
    listActivities: async () => {
      const groups = Map.groupBy(tables.activityTasks.values(), ({ activity }) => activity);
      return sortedBy(groups, ([activity]) => activity).map(([activity, tasks]) => ({
        activity,
        tasks: tasks.length,
        oldestAt: Math.min(...tasks.map(({ scheduledAt }) => scheduledAt)),
      }));
    },
  };
}

function take(
  tables: MemoryTables,
  activity: string,
  workerName: string | null,
  wakeupSent: boolean,
): TakenActivityTask | null {
  const waiting = [...tables.activityTasks.values()].filter((task) => task.activity === activity);
  const [oldest] = sortedBy(waiting, ({ scheduledAt }) => scheduledAt);
  if (oldest === undefined) return null;
  const { scheduledAt: _, ...task } = oldest;
  const { executionId, command } = task;
  tables.activityTasks.delete(waiterKey(executionId, command));
  const named = workerName === null ? {} : { workerName: toStorableText(workerName) };
  const event = JSON.stringify({ type: 'commandStarted', command, ...named });
  const { wakeups, held, refused } = sendAll(tables, [{ executionId, event }], wakeupSent);
  return { task, isRunning: refused.length === 0, wakeups, held };
}
