/** The time zone that is shown, and the server's time. */
import { useSyncExternalStore } from 'react';
import { createStored } from '../app/stored.ts';

const stored = createStored<'local' | 'utc'>('zone', ['local', 'utc'], 'local');

/** The browser's zone, such as Europe/Berlin. */
export const localZone = new Intl.DateTimeFormat().resolvedOptions().timeZone;

/** Returns the zone that times are shown in. */
export function useZone(): string {
  return stored.use() === 'utc' ? 'UTC' : localZone;
}

/** Returns which of the two zones is chosen, and how to choose. */
export function useZoneChoice(): ['local' | 'utc', (choice: 'local' | 'utc') => void] {
  return [stored.use(), stored.set];
}

let skewMs = 0;
let second = now();
let timer: ReturnType<typeof setInterval> | undefined;
const listeners = new Set<() => void>();

/** Returns the server's time. */
export function now(): number {
  return Date.now() + skewMs;
}

/** Takes over the server's time. A skew below two seconds is that of the network. */
export function setServerTime(serverNow: number): void {
  const skew = serverNow - Date.now();
  skewMs = Math.abs(skew) < 2_000 ? 0 : skew;
}

/** Returns the server's time, once a second while the component is on the screen. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => second);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  if (timer === undefined) {
    second = now();
    timer = setInterval(tick, 1_000);
  }
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

function tick(): void {
  if (document.visibilityState === 'hidden') return;
  second = now();
  for (const listener of listeners) listener();
}
