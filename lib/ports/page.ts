/**
 * Keyset pages: a cursor that says where the next page starts, so that no page is skipped or shown
 * twice.
 */
import { MillraceError } from '../errors.ts';

/** Which page of a list is wanted. */
export interface PageRequest {
  /** Entries at most; 1 to 1,000. */
  readonly limit: number;
  /** The `next` of the page before; absent for the first. Opaque. */
  readonly cursor?: string;
}

/** One page of a list. */
export interface Page<Entry> {
  readonly entries: Entry[];
  /** Null on the last page. */
  readonly next: string | null;
}

/** The sort key of the last entry shown: a position, then an id that makes it unique. */
export interface PageKey {
  readonly at: number;
  readonly id: string;
}

const pageLimitMax = 1_000;

/**
 * Where the page asked for begins: after this key; null at the first.
 * @throws INVALID_ARGUMENT for a bad limit or cursor
 */
export function pageStart(request: PageRequest): PageKey | null {
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
 * A page out of up to `limit + 1` entries read: the one too many tells that there is a next page.
 * @param keyOf the key that the entries are sorted by
 */
export function pageOf<Entry>(
  read: readonly Entry[],
  limit: number,
  keyOf: (entry: Entry) => PageKey,
): Page<Entry> {
  const entries = read.slice(0, limit);
  const last = entries.at(-1);
  const more = read.length > limit && last !== undefined;
  return { entries, next: more ? formatCursor(keyOf(last)) : null };
}

function formatCursor({ at, id }: PageKey): string {
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
      'Leave it out to start at the first page.',
  );
}
