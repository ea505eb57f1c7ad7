/** Pages of lists that look at a bounded number of rows. */
import type { LookedPage, Page } from '../../ports/store/page.ts';
import { formatPageKey, type PageKey } from './keyset-pages.ts';

/**
 * A row that a list has looked at: one that matches, or the last one, which shows how far back the
 * list has looked.
 */
export interface LookedRow<Entry> {
  readonly entry: Entry;
  readonly key: PageKey;
  readonly createdAt: number;
  /** Number of rows looked at so far, with this one. */
  readonly rows: number;
  readonly isMatch: boolean;
  /** Whether nothing after it was looked at. */
  readonly isLast: boolean;
}

/**
 * Creates a page from `limit + 1` rows or more, or all that there are. Its `next` continues after
 * the last entry, or where the list has stopped looking.
 */
export function toLookedPage<Entry>(
  looked: readonly LookedRow<Entry>[],
  limit: number,
  rowsMax: number,
): LookedPage<Entry> {
  const matches = looked.filter(({ isMatch }) => isMatch);
  const shown = matches.slice(0, limit);
  const entries = shown.map(({ entry }) => entry);
  const end = matches.length > limit ? shown.at(-1) : looked.at(-1);
  if (end === undefined) {
    return { entries, next: null, lookedAt: { rows: 0, backTo: null, isAll: true } };
  }
  const isAll = matches.length <= limit && end.isLast && end.rows < rowsMax;
  return {
    entries,
    next: isAll ? null : formatPageKey(end.key),
    lookedAt: { rows: end.rows, backTo: end.createdAt, isAll },
  };
}

/** Returns a page of which every row was looked for in an index: nothing else was looked at. */
export function asLooked<Entry extends { readonly createdAt: number }>(
  page: Page<Entry>,
): LookedPage<Entry> {
  const backTo = page.entries.at(-1)?.createdAt ?? null;
  return { ...page, lookedAt: { rows: page.entries.length, backTo, isAll: page.next === null } };
}
