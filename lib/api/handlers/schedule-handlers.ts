import type { AppOpener, OperationHandlers } from './app-opener.ts';

/** Handles the operation on schedules. */
export function scheduleHandlers(open: AppOpener): OperationHandlers<'listSchedules'> {
  return { listSchedules: async () => (await open()).schedules.list() };
}
