import { version } from '../../config/version.ts';
import type { Operations } from '../contract/contract.ts';
import type { AppOpener } from './app-opener.ts';
import { archiveHandlers } from './archive-handlers.ts';
import { batchHandlers } from './batch-handlers.ts';
import { callbackHandlers } from './callback-handlers.ts';
import { executionHandlers } from './execution-handlers.ts';
import { machineHandlers } from './machine-handlers.ts';
import { queueHandlers } from './queue-handlers.ts';
import { taskHandlers } from './task-handlers.ts';

/**
 * Returns the operations of the HTTP API for an app; `createApi` serves them.
 * @param open returns the app; it is called for each operation that needs it, so it must keep it
 * @param onBatch called, and awaited, when a batch needs a leader; it must not throw
 */
export function apiOperations(
  open: AppOpener,
  onBatch: () => Promise<void> = async () => {},
): Operations {
  return {
    ...batchHandlers(open, onBatch),
    ...executionHandlers(open),
    ...machineHandlers(open),
    ...queueHandlers(open),
    ...taskHandlers(open),
    ...archiveHandlers(open),
    ...callbackHandlers(open),
    getHealth: async ({ query: { deep } }) => {
      if (deep === '0') return { status: 'ok', version, store: null };
      const app = await open();
      await app.checkStore();
      return { status: 'ok', version, store: app.description.store };
    },
  };
}
