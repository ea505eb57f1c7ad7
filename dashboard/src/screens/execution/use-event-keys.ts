/** Walks the events with `j` and `k`. */
import { type RefObject, useEffect, useRef } from 'react';
import { isForPage } from '../../keys/key-scope.ts';

/** Returns the list whose first buttons `j` and `k` go through. */
export function useEventKeys(): RefObject<HTMLOListElement | null> {
  const list = useRef<HTMLOListElement>(null);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const step = { j: 1, k: -1 }[event.key];
      if (step === undefined || !isForPage(event) || list.current === null) return;
      event.preventDefault();
      const rows = [...list.current.children];
      const at = rows.findIndex((row) => row.contains(document.activeElement));
      const next = rows[Math.max(0, Math.min(at + step, rows.length - 1))];
      next?.querySelector('button')?.focus();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
  return list;
}
