/**
 * The rows of a long list as they are held in the page: pages by cursor, of which those far from
 * what is seen are dropped and read again when they are needed. Pure.
 */

/** How far back a list has looked for its rows. */
export interface LookedAt {
  readonly rows: number;
  readonly backTo: number | null;
  readonly isAll: boolean;
}

/** What one request brings. */
export interface ListReply<Row> {
  readonly rows: readonly Row[];
  readonly next: string | null;
  readonly lookedAt?: LookedAt;
}

/** One page; its rows are null while it is dropped. */
export interface ListPage<Row> {
  readonly cursor: string | undefined;
  readonly rows: readonly Row[] | null;
  /** How many rows it has, also while it is dropped. */
  readonly length: number;
  /** The index of its first row in the list. */
  readonly start: number;
}

/** A list as far as it has been read. */
export interface ListPages<Row> {
  readonly pages: readonly ListPage<Row>[];
  /** Where it goes on; null at its end, undefined before anything was read. */
  readonly next: string | null | undefined;
  readonly lookedAt: {
    readonly rows: number;
    readonly backTo: number | null;
    readonly isAll: boolean;
  } | null;
}

/** The most rows that are held at once. */
export const heldRowsMax = 10_000;

/** Returns a list of which nothing has been read. */
export function unreadList<Row>(): ListPages<Row> {
  return { pages: [], next: undefined, lookedAt: null };
}

/** Returns how many rows are known. */
export function rowCount<Row>({ pages }: ListPages<Row>): number {
  const last = pages.at(-1);
  return last === undefined ? 0 : last.start + last.length;
}

/** Adds the page at the end, without rows that an earlier page has because they moved. */
export function addPage<Row>(
  list: ListPages<Row>,
  reply: ListReply<Row>,
  keyOf: (row: Row) => string,
): ListPages<Row> {
  const known = keysOf(list.pages, keyOf);
  const rows = reply.rows.filter((row) => !known.has(keyOf(row)));
  const page = { cursor: list.next ?? undefined, rows, length: rows.length, start: rowCount(list) };
  return { pages: [...list.pages, page], next: reply.next, lookedAt: addLookedAt(list, reply) };
}

/**
 * Fills a dropped page again. It keeps its length, so that no other row moves: rows that have left
 * the list meanwhile stay empty, and more rows than before are cut off.
 */
export function refillPage<Row>(
  list: ListPages<Row>,
  index: number,
  reply: ListReply<Row>,
): ListPages<Row> {
  const pages = list.pages.map((page, at) =>
    at === index ? { ...page, rows: reply.rows.slice(0, page.length) } : page,
  );
  return { ...list, pages };
}

/** Starts the list again with a new first page. Later pages stay when they still follow on it. */
export function replaceFirstPage<Row>(
  list: ListPages<Row>,
  reply: ListReply<Row>,
  keyOf: (row: Row) => string,
): ListPages<Row> {
  const [first] = list.pages;
  const isSameLength = first !== undefined && first.length === reply.rows.length;
  if (isSameLength && list.pages[1]?.cursor === (reply.next ?? undefined) && reply.next !== null) {
    return refillPage(list, 0, reply);
  }
  return addPage(unreadList(), reply, keyOf);
}

/** Drops the rows of pages far from row `seen`, until no more than `max` are held. */
export function dropFar<Row>(
  list: ListPages<Row>,
  seen: number,
  max: number = heldRowsMax,
): ListPages<Row> {
  let held = list.pages.reduce((sum, { rows }) => sum + (rows?.length ?? 0), 0);
  if (held <= max) return list;
  const farFirst = [...list.pages.keys()].sort(
    (a, b) => distance(list.pages[b], seen) - distance(list.pages[a], seen),
  );
  const dropped = new Set<number>();
  for (const index of farFirst) {
    if (held <= max) break;
    held -= list.pages[index]?.rows?.length ?? 0;
    dropped.add(index);
  }
  const pages = list.pages.map((page, index) =>
    dropped.has(index) ? { ...page, rows: null } : page,
  );
  return { ...list, pages };
}

/** Returns the row at an index; undefined while its page is dropped. */
export function rowAt<Row>({ pages }: ListPages<Row>, index: number): Row | undefined {
  const page = pages[pageIndexAt(pages, index)];
  return page?.rows?.[index - page.start];
}

/** Returns the dropped pages between two rows. */
export function droppedBetween<Row>({ pages }: ListPages<Row>, from: number, to: number): number[] {
  const first = pageIndexAt(pages, from);
  const last = pageIndexAt(pages, to);
  return pages.flatMap(({ rows }, at) => (at >= first && at <= last && rows === null ? [at] : []));
}

/** Returns every row that is held. */
export function heldRows<Row>({ pages }: ListPages<Row>): Row[] {
  return pages.flatMap(({ rows }) => rows ?? []);
}

/** Finds the page of a row by binary search. */
function pageIndexAt<Row>(pages: readonly ListPage<Row>[], index: number): number {
  let low = 0;
  let high = pages.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if ((pages[middle]?.start ?? 0) <= index) low = middle;
    else high = middle - 1;
  }
  return low;
}

function distance<Row>(page: ListPage<Row> | undefined, seen: number): number {
  if (page === undefined || page.rows === null) return -1;
  const end = page.start + page.length;
  return seen < page.start ? page.start - seen : Math.max(0, seen - end + 1);
}

function keysOf<Row>(
  pages: readonly ListPage<Row>[],
  keyOf: (row: Row) => string,
): ReadonlySet<string> {
  return new Set(pages.flatMap(({ rows }) => (rows ?? []).map(keyOf)));
}

function addLookedAt<Row>(list: ListPages<Row>, { lookedAt }: ListReply<Row>): LookedAt | null {
  if (lookedAt === undefined) return null;
  return { ...lookedAt, rows: (list.lookedAt?.rows ?? 0) + lookedAt.rows };
}
