/** What lies in each queue: the broker's figures, and the store's tasks by their state. */

import type { QueueStats } from '../ports/broker.ts';
import { type TaskCount, type TaskState, taskStates } from '../ports/task-store.ts';
import type { AppContext } from './app-context.ts';

/** Up to which number tasks are counted: this many or more. */
export const taskCountMax = 10_000;

/** One queue. The store's tasks are the truth; the broker's messages only wake workers for them. */
export interface QueueReport extends QueueStats {
  /** By state, none above 10,000: that is "10,000 or more". */
  readonly tasks: Readonly<Record<TaskState, number>>;
}

/** Every queue of the configuration, in its order. Throws BROKER_UNAVAILABLE. */
export async function queueReports({
  settings,
  broker,
  store,
}: Pick<AppContext, 'settings' | 'broker' | 'store'>): Promise<QueueReport[]> {
  const queues = Object.keys(settings.queues);
  const [stats, counts] = await Promise.all([
    broker.stats(queues),
    store.countTasks(queues, taskCountMax),
  ]);
  return stats.map((each) => ({ ...each, tasks: tasksOf(each.queue, counts) }));
}

/** Those of one queue, by state. */
export function tasksOf(queue: string, counts: readonly TaskCount[]): Record<TaskState, number> {
  const none = taskStates.map((state) => [state, 0] as const);
  const found = counts.flatMap((each) =>
    each.queue === queue ? [[each.state, each.count] as const] : [],
  );
  return Object.fromEntries([...none, ...found]) as Record<TaskState, number>;
}
