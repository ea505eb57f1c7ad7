/** Adds up the counts of tasks that a driver finds in several places. */
import {
  type QueueTaskState,
  queueTaskStates,
  type TaskCount,
} from '../../ports/store/task-store.ts';

/**
 * Sums counts of the same queue and state, each up to `cap`, and orders them by queue, then by
 * {@link queueTaskStates}. Every driver returns this from `countTasks`.
 */
export function sumTaskCounts(counts: Iterable<TaskCount>, cap: number): TaskCount[] {
  const queues = new Map<string, Map<QueueTaskState, number>>();
  for (const { queue, state, count } of counts) {
    const byState = queues.get(queue) ?? new Map<QueueTaskState, number>();
    queues.set(queue, byState);
    byState.set(state, Math.min(cap, (byState.get(state) ?? 0) + count));
  }
  const names = [...queues.keys()].sort();
  return names.flatMap((queue) =>
    queueTaskStates.flatMap((state) => {
      const count = queues.get(queue)?.get(state) ?? 0;
      return count === 0 ? [] : [{ queue, state, count }];
    }),
  );
}
