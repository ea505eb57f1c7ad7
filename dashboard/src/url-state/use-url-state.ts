/** The state of a page in the query of its address, as a hook. */
import { useCallback, useMemo } from 'react';
import { useLocation, useSearch } from 'wouter';
import { readUrlState, type UrlReading, type ValuesOf, writeUrlState } from './url-state.ts';

/** What a component reads from the address, and how it changes it. */
export interface UrlState<Given> extends UrlReading<Given> {
  /**
   * Changes values. `push` makes a step that "back" undoes, such as a filter; `replace` does not,
   * such as the selected row.
   */
  readonly set: (changes: Partial<ValuesOf<Given>>, how?: 'push' | 'replace') => void;
}

/** Reads and writes the values of `codecs`, which must be the same object at every call. */
export function useUrlState<Given extends object>(codecs: Given): UrlState<Given> {
  const search = useSearch();
  const [path, navigate] = useLocation();
  const reading = useMemo(() => readUrlState(codecs, search), [codecs, search]);
  const set = useCallback(
    (changes: Partial<ValuesOf<Given>>, how: 'push' | 'replace' = 'push') => {
      // Two changes in one event must not undo each other: the address is read when it is changed.
      const now = globalThis.location.search.replace(/^\?/, '');
      const next = writeUrlState(codecs, now, changes);
      navigate(next === '' ? path : `${path}?${next}`, { replace: how === 'replace' });
    },
    [codecs, navigate, path],
  );
  return { ...reading, set };
}
