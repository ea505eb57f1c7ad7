import { Dispatcher } from '../../roles/delivery/dispatcher.ts';
import type { AppContext } from '../app-context.ts';
import { requireApiMachine } from './machine-refusals.ts';

/** What a deletion works with. */
export type DeletionContext = Pick<
  AppContext,
  'store' | 'broker' | 'logger' | 'metrics' | 'signalRouter'
>;

/** Open executions that are aborted at once; the janitor's next round takes the others. */
const abortedMax = 1_000;

/**
 * Deletes a machine of the API: nothing starts any more, and what runs ends ABORTED at its next
 * step. It is gone at once when nothing runs, and else as soon as the last has ended. Does nothing
 * when there is no such machine.
 * @throws INVALID_ARGUMENT for a machine of the configuration
 */
export async function deleteStateMachine(context: DeletionContext, name: string): Promise<void> {
  const machine = await context.store.findStateMachine(name);
  if (machine === null) return;
  requireApiMachine(machine, 'removed');
  if (!(await context.store.beginMachineDeletion(machine.id))) return;
  await advanceDeletion(context, machine.id);
}

/** Ends the deletion of a machine, or aborts what is open of it. Returns whether it is gone. */
export async function advanceDeletion(context: DeletionContext, id: string): Promise<boolean> {
  const { store, signalRouter } = context;
  if (await store.finishMachineDeletion(id)) return true;
  const open = await store.listOpenOfMachine(id, abortedMax);
  await new Dispatcher(context).dispatch(await store.requestAbort(open));
  signalRouter.abort(open);
  return open.length === 0 && (await store.finishMachineDeletion(id));
}
