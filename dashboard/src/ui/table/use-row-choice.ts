/** Which rows of a table are chosen. */
import { useCallback, useMemo, useRef, useState } from 'react';
import type { RowChoice } from './data-table.tsx';
import { keysBetween } from './row-step.ts';

/** Keeps chosen rows by key. `keys` are those read so far, in order; a range is chosen in it. */
export function useRowChoice(keys: readonly string[], listKey: string): RowChoice {
  const [held, setHeld] = useState<{ listKey: string; chosen: ReadonlySet<string> }>({
    listKey,
    chosen: new Set(),
  });
  // Another list is another choice.
  const chosen = useMemo(
    () => (held.listKey === listKey ? held.chosen : new Set<string>()),
    [held, listKey],
  );
  const order = useRef(keys);
  order.current = keys;
  const last = useRef<string | null>(null);
  const toggle = useCallback(
    (key: string, isRange: boolean) => {
      setHeld((before) => {
        const next = new Set(before.listKey === listKey ? before.chosen : []);
        const isChosen = !next.has(key);
        for (const each of isRange ? keysBetween(order.current, last.current, key) : [key]) {
          if (isChosen) next.add(each);
          else next.delete(each);
        }
        return { listKey, chosen: next };
      });
      last.current = key;
    },
    [listKey],
  );
  const setAll = useCallback(
    (isChosen: boolean) => setHeld({ listKey, chosen: new Set(isChosen ? order.current : []) }),
    [listKey],
  );
  const isAll = keys.length > 0 && chosen.size >= keys.length;
  return useMemo(() => ({ keys: chosen, toggle, setAll, isAll }), [chosen, toggle, setAll, isAll]);
}
