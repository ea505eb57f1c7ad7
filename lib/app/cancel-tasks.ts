/** Stops tasks one by one, and says in words what became of each. */
import type { CancelOutcome, QueueClient } from './queue-client.ts';
import { type TaskOutcome, unknownTask } from './task-orders.ts';

const texts: Readonly<Record<CancelOutcome, Omit<TaskOutcome, 'id'>>> = {
  cancelled: { done: true, told: 'is cancelled: it never begins' },
  stopping: { done: true, told: 'is asked to stop' },
  ended: { done: false, told: 'has ended already' },
  unknown: { done: false, told: unknownTask },
};

/** What became of the tasks with these ids, in their order. */
export async function cancelTasks(
  client: Pick<QueueClient, 'cancel'>,
  ids: readonly string[],
): Promise<TaskOutcome[]> {
  const outcomes: TaskOutcome[] = [];
  for (const id of ids) outcomes.push({ id, ...texts[await client.cancel(id)] });
  return outcomes;
}
