import type { AppOpener, OperationHandlers } from './app-opener.ts';

/** Handles the operation on alerts. */
export function alertHandlers(open: AppOpener): OperationHandlers<'listAlerts'> {
  return {
    listAlerts: async ({ query: { limit, open: openOnly } }) => {
      const { alerts } = await open();
      return { alerts: await alerts.list({ limit, open: openOnly === '1' }) };
    },
  };
}
