/** Short messages at the edge of the page: what was done, and what was not. */
import { useSyncExternalStore } from 'react';
import type { Tone } from './status-look.ts';

/** A message, with a link to what it is about. */
export interface Toast {
  readonly id: number;
  readonly tone: Tone;
  readonly text: string;
  readonly link: { readonly href: string; readonly word: string } | undefined;
}

let toasts: readonly Toast[] = [];
let lastId = 0;
const listeners = new Set<() => void>();

/** How long a message stays, in milliseconds; a failure stays until it is closed. */
const shownMs = 8_000;

/** Shows a message. */
export function toast(tone: Tone, text: string, link?: Toast['link']): void {
  lastId += 1;
  const id = lastId;
  set([...toasts.slice(-3), { id, tone, text, link }]);
  if (tone !== 'failed') setTimeout(() => closeToast(id), shownMs);
}

/** Removes a message. */
export function closeToast(id: number): void {
  set(toasts.filter((each) => each.id !== id));
}

/** Returns the messages that are shown. */
export function useToasts(): readonly Toast[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => toasts,
  );
}

function set(next: readonly Toast[]): void {
  toasts = next;
  for (const listener of listeners) listener();
}
