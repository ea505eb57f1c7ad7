/** All operations of the HTTP API, carried out by an app. */
import type { Operations } from '../api/contract.ts';
import { answersOf } from './api-operations/answers.ts';
import type { AppOpener } from './api-operations/app-opener.ts';
import { archiveOf } from './api-operations/archive.ts';
import { batchesOf } from './api-operations/batches.ts';
import { executionsOf } from './api-operations/executions.ts';
import { machinesOf } from './api-operations/machines.ts';
import { queuesOf } from './api-operations/queues.ts';
import { tasksOf } from './api-operations/tasks.ts';
import { version } from './version.ts';

/**
 * @param open gives the app; asked for each operation that needs it, so it keeps what it opened
 * @param onBatch called when a leader is wanted for a batch, and awaited; it does not throw
 */
export function apiOperations(
  open: AppOpener,
  onBatch: () => Promise<void> = async () => {},
): Operations {
  return {
    ...batchesOf(open, onBatch),
    ...executionsOf(open),
    ...machinesOf(open),
    ...queuesOf(open),
    ...tasksOf(open),
    ...archiveOf(open),
    ...answersOf(open),
    getHealth: async ({ query: { deep } }) => {
      if (deep === '0') return { status: 'ok', version, store: null };
      const { store } = await open();
      await store.inspect();
      return { status: 'ok', version, store: store.description };
    },
  };
}
