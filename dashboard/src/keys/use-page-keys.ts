/** The keys that work on every screen. */
import { useEffect, useState } from 'react';
import { useLocation } from 'wouter';
import { navEntries, paths } from '../router/routes.ts';
import { isForPage } from './key-scope.ts';

/** A dialog that a key opens. */
export type KeyDialog = 'find' | 'help';

/** How long the letter after `g` may take, in milliseconds. */
const sequenceMs = 1_500;

/** Listens for `/`, `?`, and `g` with a letter; returns which dialog is open. */
export function usePageKeys() {
  const [open, setOpen] = useState<KeyDialog | null>(null);
  const [, navigate] = useLocation();
  useEffect(() => {
    let goAt = Number.NEGATIVE_INFINITY;
    const onKey = (event: KeyboardEvent) => {
      if (!isForPage(event)) return;
      const isSecond = event.timeStamp - goAt < sequenceMs;
      goAt = Number.NEGATIVE_INFINITY;
      const entry = isSecond ? navEntries.find(({ key }) => key === event.key) : undefined;
      if (entry !== undefined) navigate(paths[entry.screen]);
      else if (event.key === 'g') goAt = event.timeStamp;
      else if (event.key === '/') setOpen('find');
      else if (event.key === '?') setOpen('help');
      else return;
      event.preventDefault();
    };
    // Before the tables, whose keys are some of the letters after `g`.
    document.addEventListener('keydown', onKey, { capture: true });
    return () => document.removeEventListener('keydown', onKey, { capture: true });
  }, [navigate]);
  return { open, setOpen };
}
