/** Gives every component the page's one live hub, and reads again what has changed. */
import { useQueryClient } from '@tanstack/react-query';
import {
  createContext,
  type ReactNode,
  use,
  useEffect,
  useState,
  useSyncExternalStore,
} from 'react';
import { needsLogin } from '../api/api-problem.ts';
import { sessionKey } from '../app/use-session.ts';
import { browserLiveSource } from './browser-live-source.ts';
import { type Connection, type HubClock, LiveHub } from './live-hub.ts';
import { reportRefusals } from './live-source.ts';

const browserClock: HubClock = {
  now: () => Date.now(),
  after(delayMs, action) {
    const timer = setTimeout(action, delayMs);
    return () => clearTimeout(timer);
  },
};

const HubContext = createContext<LiveHub | null>(null);

/** Connects the hub with the page's visibility, its use, and the cache of replies. */
export function LiveProvider({ children }: { readonly children: ReactNode }) {
  const queries = useQueryClient();
  const [hub] = useState(() => {
    const source = reportRefusals(browserLiveSource, needsLogin, () => {
      void queries.invalidateQueries({ queryKey: sessionKey });
    });
    return new LiveHub(source, browserClock);
  });

  useEffect(() => {
    const stop = hub.onChange((changed) => {
      void queries.invalidateQueries({
        predicate: ({ meta }) => {
          const topics = (meta?.topics ?? []) as readonly string[];
          return changed === null || topics.some((topic) => changed.includes(topic));
        },
      });
    });
    const onVisibility = () => hub.setHidden(document.visibilityState === 'hidden');
    const onTouch = () => hub.touch();
    onVisibility();
    document.addEventListener('visibilitychange', onVisibility);
    window.addEventListener('pointerdown', onTouch, { passive: true });
    window.addEventListener('keydown', onTouch, { passive: true });
    window.addEventListener('scroll', onTouch, { passive: true, capture: true });
    return () => {
      document.removeEventListener('visibilitychange', onVisibility);
      window.removeEventListener('pointerdown', onTouch);
      window.removeEventListener('keydown', onTouch);
      window.removeEventListener('scroll', onTouch, { capture: true });
      stop();
      hub.stop();
    };
  }, [hub, queries]);

  return <HubContext value={hub}>{children}</HubContext>;
}

/** Returns the page's live hub. */
export function useHub(): LiveHub {
  const hub = use(HubContext);
  if (hub === null) throw new Error('expected a LiveProvider above this component');
  return hub;
}

/** Follows topics while the component is on the screen. */
export function useTopics(topics: readonly string[]): void {
  const hub = useHub();
  const key = topics.join(',');
  useEffect(() => (key === '' ? undefined : hub.watch(key.split(','))), [hub, key]);
}

/** Returns how the page is connected. */
export function useConnection(): Connection {
  const hub = useHub();
  return useSyncExternalStore(
    (listener) => hub.subscribe(listener),
    () => hub.connection,
  );
}
