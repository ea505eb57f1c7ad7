/** All operations of the HTTP API, carried out by an app. */

import { version } from '../../config/version.ts';
import type { Operations } from '../contract/contract.ts';
import type { AppOpener } from './app-opener.ts';
import { archiveOf } from './archive.ts';
import { batchesOf } from './batches.ts';
import { answersOf } from './callbacks.ts';
import { executionsOf } from './executions.ts';
import { machinesOf } from './machines.ts';
import { queuesOf } from './queues.ts';
import { tasksOf } from './tasks.ts';

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
