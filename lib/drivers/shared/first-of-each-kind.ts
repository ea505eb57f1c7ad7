import type { FoundEntry } from '../../ports/store/find-store.ts';

/** Returns the first `limit` entries of each kind, each entry once. */
export function firstOfEachKind(entries: readonly FoundEntry[], limit: number): FoundEntry[] {
  const seen = new Map<FoundEntry['kind'], Set<string>>();
  return entries.filter(({ kind, id }) => {
    const ids = seen.get(kind) ?? new Set();
    seen.set(kind, ids);
    if (ids.has(id) || ids.size >= limit) return false;
    ids.add(id);
    return true;
  });
}
