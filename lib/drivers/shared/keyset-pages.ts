/**
 * Keyset pagination: a cursor holds the sort key of the last entry shown, so that no entry is
 * skipped or shown twice.
 */
import { MillraceError } from '../../errors.ts';
import type { Page, PageRequest } from '../../ports/store/page.ts';

/** The sort key of an entry: a position, then an id that makes it unique. */
export interface PageKey {
  readonly at: number;
  readonly id: string;
}

const pageLimitMax = 1_000;

/**
 * Returns the key after which the requested page starts; null for the first page.
 * @throws INVALID_ARGUMENT for a bad limit or cursor
 */
export function parsePageStart(request: PageRequest): PageKey | null {
  const { limit, cursor } = request;
  if (!Number.isInteger(limit) || limit < 1 || limit > pageLimitMax) {
    throw new MillraceError(
      'INVALID_ARGUMENT',
      `A page holds 1 to ${pageLimitMax} entries, but the limit is ${limit}.`,
    );
  }
  return cursor === undefined ? null : parseCursor(cursor);
}

/**
 * Creates a page from up to `limit + 1` entries: the extra one shows that there is a next page.
 * @param toKey returns the key that the entries are sorted by
 */
export function toPage<Entry>(
  read: readonly Entry[],
  limit: number,
  toKey: (entry: Entry) => PageKey,
): Page<Entry> {
  const entries = read.slice(0, limit);
  const last = entries.at(-1);
  const more = read.length > limit && last !== undefined;
  return { entries, next: more ? formatPageKey(toKey(last)) : null };
}

/** Returns the key of an entry in a list that is ordered by id. */
export function toIdKey({ id }: { readonly id: string }): PageKey {
  return { at: 0, id };
}

/** Returns the cursor of the page after a key. */
export function formatPageKey({ at, id }: PageKey): string {
  return `${at}~${encodeURIComponent(id)}`;
}

function parseCursor(cursor: string): PageKey {
  const [, at, id] = /^(-?\d{1,16})~([^~]*)$/.exec(cursor) ?? [];
  if (at === undefined || id === undefined) throw badCursor(cursor);
  try {
    return { at: Number(at), id: decodeURIComponent(id) };
  } catch {
    throw badCursor(cursor);
  }
}

function badCursor(cursor: string): MillraceError {
  return new MillraceError(
    'INVALID_ARGUMENT',
    `A page's cursor must be the 'next' of the page before, but it is '${cursor.slice(0, 80)}'. ` +
      'Omit it to start at the first page.',
  );
}
