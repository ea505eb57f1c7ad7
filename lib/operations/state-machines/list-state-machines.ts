import type { StateMachineRecord } from '../../ports/store/machines/state-machine-store.ts';
import type { Page, PageRequest } from '../../ports/store/page.ts';
import type { AppContext } from '../app-context.ts';

/** Lists the machines of the configuration and of the API, the oldest first. */
export function listStateMachines(
  { store }: Pick<AppContext, 'store'>,
  page: PageRequest,
): Promise<Page<StateMachineRecord>> {
  return store.listStateMachines(page);
}
