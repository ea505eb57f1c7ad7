/** Whether the window is narrow: tables become cards, and the navigation a bar below. */
import { useSyncExternalStore } from 'react';

const narrow = window.matchMedia('(width < 700px)');

/** Returns whether the window is below 700 px. */
export function useNarrow(): boolean {
  return useSyncExternalStore(
    (listener) => {
      narrow.addEventListener('change', listener);
      return () => narrow.removeEventListener('change', listener);
    },
    () => narrow.matches,
  );
}
