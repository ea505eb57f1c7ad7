/** What the deployment is, what it can do, and what the caller may do. */
import { createContext, type ReactNode, use, useEffect, useMemo } from 'react';
import type { ApiReply } from '../../../lib/api/contract/contract.ts';
import { useOperation } from '../api/use-operation.ts';
import { useHub } from '../live/live-provider.tsx';
import { setServerTime } from '../time/clock-store.ts';
import { type Need, type Role, refusalOf } from './role.ts';

/** The reply of `getApp`. */
export type AppReply = ApiReply<'getApp'>;

/** What components know of the deployment; `app` is undefined before it has answered. */
export interface AppInfo {
  readonly app: AppReply | undefined;
  readonly error: Error | null;
  readonly retry: () => void;
}

const AppContext = createContext<AppInfo>({ app: undefined, error: null, retry: () => {} });

/** A page over functions pauses without a person, so that their database may sleep. */
const pauseAfterMs = 5 * 60_000;

/** Asks what the deployment is, and follows it as it wants to be followed. */
export function AppProvider({ children }: { readonly children: ReactNode }) {
  const { data: app, error, refetch } = useOperation('getApp', {}, { staleMs: 60_000 });
  const hub = useHub();
  const can = app?.can;
  const deployment = app?.deployment;
  useEffect(() => {
    if (can === undefined) return;
    hub.start({
      mode: can.live,
      askAfterMs: can.askAfterMs,
      ...(deployment === 'functions' && { pauseAfterMs }),
    });
  }, [hub, can, deployment]);
  // Behind a login there is nothing to follow; whoever logs in again is connected at once.
  useEffect(() => () => hub.stop(), [hub]);
  useEffect(() => {
    if (app !== undefined) setServerTime(app.serverNow);
  }, [app]);
  const info = useMemo(() => ({ app, error, retry: () => void refetch() }), [app, error, refetch]);
  return <AppContext value={info}>{children}</AppContext>;
}

/** Returns what the deployment is, as far as it is known. */
export function useApp(): AppInfo {
  return use(AppContext);
}

/** What the caller may do. */
export interface CallerRights {
  readonly role: Role;
  /** Whether the caller may do what needs this. */
  may(needs: Need): boolean;
  /** Why the caller may not; null when it may. */
  whyNot(needs: Need): string | null;
}

/** Returns what the caller may do; until that is known, no more than reading. */
export function useRights(): CallerRights {
  const role = useApp().app?.role ?? 'reader';
  return useMemo(
    () => ({
      role,
      may: (needs) => refusalOf(role, needs) === null,
      whyNot: (needs) => refusalOf(role, needs),
    }),
    [role],
  );
}
