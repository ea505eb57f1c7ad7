import { limitRowsMax } from '../../operations/limits/list-limits.ts';
import type { limitOperations } from '../contract/limits.ts';
import type { AppOpener, OperationHandlers } from './app-opener.ts';

/** Handles the operations on limits. */
export function limitHandlers(open: AppOpener): OperationHandlers<keyof typeof limitOperations> {
  return {
    listLimits: async ({ query }) => ({
      limits: await (await open()).limits.list(query.keys),
      countedUpTo: limitRowsMax,
    }),
  };
}
