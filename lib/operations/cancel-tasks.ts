import { isEnd } from '../engine/status.ts';
import { Dispatcher } from '../roles/delivery/dispatcher.ts';
import type { AppContext } from './app-context.ts';
import { resolveExecutionId } from './find-execution.ts';
import { cancelMany } from './orders/bulk-changes.ts';
import { type TaskOutcome, unknownTaskMessage } from './tasks.ts';

/**
 * The result of a cancellation. `cancelled`: the task will never start. `stopping`: it had started
 * and is being stopped. `ended`: it had ended before. `unknown`: no task has this id.
 */
export type CancelOutcome = 'cancelled' | 'stopping' | 'ended' | 'unknown';

type CancelContext = Pick<AppContext, 'store' | 'broker' | 'logger' | 'metrics'>;

/** Returns true when the task had not started and now never will; otherwise nothing changes. */
export async function cancelUnstartedTask(context: CancelContext, id: string): Promise<boolean> {
  const { cancelled, wakeups } = await context.store.cancelUnstarted([id]);
  await new Dispatcher(context).dispatch(wakeups);
  return cancelled.includes(id);
}

/** Stops a task, whichever worker runs it; it ends ABORTED. */
export async function cancelTask(context: CancelContext, id: string): Promise<CancelOutcome> {
  const unstarted = await cancelMany(context, [id]);
  if (unstarted.has(id)) return 'cancelled';
  const record = await context.store.getExecution(id);
  if (record === null) return 'unknown';
  return isEnd(record.status) ? 'ended' : 'stopping';
}

const texts: Readonly<Record<CancelOutcome, Omit<TaskOutcome, 'id'>>> = {
  cancelled: { done: true, message: 'is cancelled and will never start' },
  stopping: { done: true, message: 'is being stopped' },
  ended: { done: false, message: 'has ended already' },
  unknown: { done: false, message: unknownTaskMessage },
};

/** Stops tasks one by one, by id or `machine:name`, and reports the outcome of each in order. */
export async function cancelTasks(
  context: CancelContext,
  names: readonly string[],
): Promise<TaskOutcome[]> {
  const outcomes: TaskOutcome[] = [];
  for (const name of names) {
    const id = await resolveExecutionId(context, name);
    outcomes.push({ id, ...texts[await cancelTask(context, id)] });
  }
  return outcomes;
}
