/** Handlers of the operations on the deployment as a whole: what it is, and what has changed. */
import { version } from '../../config/version.ts';
import type { AppOpener, OperationHandlers } from './app-opener.ts';

/** Where the API is served: a process that lives can tell of changes by itself. */
export interface ServingPlace {
  /** Whether `GET /v1/live` may be an event stream. @default false: callers have to ask */
  readonly streams?: boolean;
}

/** Returns the handlers. */
export function deploymentHandlers(
  open: AppOpener,
  { streams = false }: ServingPlace,
): OperationHandlers<'getApp' | 'getLive' | 'getHealth'> {
  return {
    getApp: async (_, { caller, role }) => {
      const { can, ...others } = (await open()).deployment.describe();
      const live = streams ? can.live : 'ask';
      const serverNow = Date.now();
      return { version, serverNow, caller, role, ...others, can: { ...can, live } };
    },
    getLive: async ({ query: { topics, since } }) => {
      const { deployment } = await open();
      const { askAfterMs } = deployment;
      return { ...(await deployment.changes(topics, since)), askAfterMs };
    },
    getHealth: async ({ query: { deep } }) => {
      if (deep === '0') return { status: 'ok', version, store: null };
      const app = await open();
      await app.checkStore();
      return { status: 'ok', version, store: app.description.store };
    },
  };
}
