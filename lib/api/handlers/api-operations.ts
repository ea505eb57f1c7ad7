import type { Operations } from '../contract/contract.ts';
import { alertHandlers } from './alert-handlers.ts';
import type { AppOpener } from './app-opener.ts';
import { archiveHandlers } from './archive-handlers.ts';
import { batchHandlers } from './batch-handlers.ts';
import { callbackHandlers } from './callback-handlers.ts';
import { deploymentHandlers, type ServingPlace } from './deployment-handlers.ts';
import { executionHandlers } from './execution-handlers.ts';
import { figureHandlers } from './figure-handlers.ts';
import { limitHandlers } from './limit-handlers.ts';
import { machineHandlers } from './machine-handlers.ts';
import { machineVersionHandlers } from './machine-version-handlers.ts';
import { orderHandlers } from './order-handlers.ts';
import { queueHandlers } from './queue-handlers.ts';
import { scheduleHandlers } from './schedule-handlers.ts';
import { searchHandlers } from './search-handlers.ts';
import { taskHandlers } from './task-handlers.ts';

/**
 * Returns the operations of the HTTP API for an app; `createApi` serves them.
 * @param openApp returns the app; it is called for each operation that needs it, so it must keep it
 * @param onBatch called, and awaited, when a batch or an order needs a leader; it must not throw
 * @param place where the API is served
 */
export function apiOperations(
  openApp: AppOpener,
  onBatch: () => Promise<void> = async () => {},
  place: ServingPlace = {},
): Operations {
  // Changes are recorded by `createApi`, which knows who made them.
  const open: AppOpener = async () => (await openApp()).unrecorded;
  return {
    ...batchHandlers(open, onBatch),
    ...executionHandlers(open),
    ...machineHandlers(open),
    ...machineVersionHandlers(open),
    ...queueHandlers(open),
    ...limitHandlers(open),
    ...taskHandlers(open),
    ...archiveHandlers(open),
    ...callbackHandlers(open),
    ...orderHandlers(open, onBatch),
    ...alertHandlers(open),
    ...scheduleHandlers(open, onBatch),
    ...deploymentHandlers(open, place),
    ...figureHandlers(open),
    ...searchHandlers(open),
  };
}
