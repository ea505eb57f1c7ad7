/** Stops tasks one by one, and says in words what became of each. */
import { type TaskOutcome, unknownTask } from './tasks.ts';

/**
 * What became of a cancellation. `cancelled`: it will never run. `stopping`: it had begun, and is
 * being stopped. `ended`: it had ended. `unknown`: there is none with this id.
 */
export type CancelOutcome = 'cancelled' | 'stopping' | 'ended' | 'unknown';

const texts: Readonly<Record<CancelOutcome, Omit<TaskOutcome, 'id'>>> = {
  cancelled: { done: true, told: 'is cancelled: it never begins' },
  stopping: { done: true, told: 'is asked to stop' },
  ended: { done: false, told: 'has ended already' },
  unknown: { done: false, told: unknownTask },
};

/** What became of the tasks with these ids, in their order. */
export async function cancelTasks(
  client: { readonly cancel: (id: string) => Promise<CancelOutcome> },
  ids: readonly string[],
): Promise<TaskOutcome[]> {
  const outcomes: TaskOutcome[] = [];
  for (const id of ids) outcomes.push({ id, ...texts[await client.cancel(id)] });
  return outcomes;
}
