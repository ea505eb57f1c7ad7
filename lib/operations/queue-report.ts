/** Counts of queues: the broker's messages, and the store's tasks by state. */

import type { QueueStats } from '../ports/broker.ts';
import { type QueueTaskState, queueTaskStates, type TaskCount } from '../ports/store/task-store.ts';
import type { AppContext } from './app-context.ts';

/** Maximum of a task count: a count of this much means "this many or more". */
export const taskCountMax = 10_000;

/** One queue. The store's tasks are the truth; the broker's messages only wake workers for them. */
export interface QueueReport extends QueueStats {
  /** Tasks by state. A count of 10,000 means "10,000 or more". */
  readonly tasks: Readonly<Record<QueueTaskState, number>>;
}

/** Reports every queue of the configuration, in its order. Throws BROKER_UNAVAILABLE. */
export async function reportQueues({
  settings,
  broker,
  store,
}: Pick<AppContext, 'settings' | 'broker' | 'store'>): Promise<QueueReport[]> {
  const queues = Object.keys(settings.queues);
  const [stats, counts] = await Promise.all([
    broker.stats(queues),
    store.countTasks(queues, taskCountMax),
  ]);
  return stats.map((each) => ({ ...each, tasks: countsOfQueue(each.queue, counts) }));
}

/** Returns the counts of one queue, by state; a state without tasks has 0. */
export function countsOfQueue(
  queue: string,
  counts: readonly TaskCount[],
): Record<QueueTaskState, number> {
  const none = queueTaskStates.map((state) => [state, 0] as const);
  const found = counts.flatMap((each) =>
    each.queue === queue ? [[each.state, each.count] as const] : [],
  );
  return Object.fromEntries([...none, ...found]) as Record<QueueTaskState, number>;
}
