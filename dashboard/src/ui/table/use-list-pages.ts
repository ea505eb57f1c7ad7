/** Reads a long list page by page, as far as it is scrolled, and keeps its beginning current. */
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import {
  addPage,
  dropFar,
  droppedBetween,
  type ListPages,
  type ListReply,
  refillPage,
  replaceFirstPage,
  rowCount,
  unreadList,
} from './list-pages.ts';
import { useFollow } from './use-follow.ts';
import { useOneAtATime } from './use-one-at-a-time.ts';

/** Rows of a page, where the API allows as many. */
export const pageRows = 200;

/** After this many pages in a row with too few rows, a person decides whether to look further. */
const sparsePagesMax = 10;

/** The next page is read when the end is this many rows away. */
const aheadRows = 50;

/** How many lists are kept for "back". */
const keptListsMax = 6;

/** Where the rows of a list come from. */
export interface ListSourceOptions<Row> {
  /** Identifies the list: another key is another list, which begins at its top. */
  readonly listKey: string;
  readonly load: (cursor: string | undefined, signal: AbortSignal) => Promise<ListReply<Row>>;
  readonly rowKey: (row: Row) => string;
  /** Whether its beginning is read again every few seconds while it is seen. @default true */
  readonly follow?: boolean;
}

/** A list for a table. */
export interface ListSource<Row> {
  readonly list: ListPages<Row>;
  readonly isLoading: boolean;
  /** Whether it is still the list before, while the one asked for is read. */
  readonly isOld: boolean;
  readonly error: Error | null;
  /** Whether it waits for a person to say "look further". */
  readonly isResting: boolean;
  /** Reports which rows are seen; reads what is missing. */
  readonly onSeen: (from: number, to: number) => void;
  /** Reads the next page. */
  readonly lookFurther: () => void;
  /** Reads the list from its top again. */
  readonly reload: () => void;
}

interface Held<Row> {
  readonly listKey: string;
  readonly list: ListPages<Row>;
  readonly error: Error | null;
  /** How many pages in a row were not full. */
  readonly sparse: number;
}

/** Lists by key, the latest last, so that "back" finds what was scrolled to. */
const keptLists = new Map<string, Held<never>>();

/** Reads the list of `listKey`. */
export function useListPages<Row>(options: ListSourceOptions<Row>): ListSource<Row> {
  const { listKey, follow = true } = options;
  const seen = useRef({ from: 0, to: 0 });
  const { own, isLoading, more, refresh, refill } = useRequests(options, seen);
  const { list, error } = own;
  const before = useRef(list);
  const isOld = list.next === undefined && error === null && before.current.next !== undefined;
  useEffect(() => {
    if (list.next !== undefined) before.current = list;
  }, [list]);
  useFollow(follow, () => {
    const firstLength = list.pages[0]?.length ?? 0;
    if (list.pages.length > 0 && seen.current.from < firstLength) refresh();
  });
  useEffect(() => {
    if (list.next === undefined && error === null) more(unreadList(), false);
  }, [list.next, error, more]);
  useEffect(() => keep(listKey, own), [listKey, own]);
  const isResting = own.sparse >= sparsePagesMax && list.next !== null;
  return useMemo(
    () => ({
      list: isOld ? before.current : list,
      isOld,
      error,
      isLoading,
      isResting,
      onSeen(from, to) {
        if (isOld) return;
        seen.current = { from, to };
        for (const index of droppedBetween(list, from, to)) refill(list, index);
        const isNearEnd = to >= rowCount(list) - aheadRows;
        if (isNearEnd && error === null && !isResting && list.next) more(list, false);
      },
      lookFurther: () => more(list, true),
      reload: refresh,
    }),
    [list, isOld, error, isLoading, isResting, more, refill, refresh],
  );
}

/** The requests of a list; each changes the list when its reply arrives. */
function useRequests<Row>(
  options: ListSourceOptions<Row>,
  seen: { readonly current: { readonly to: number } },
) {
  const { listKey } = options;
  const current = useRef(options);
  current.current = options;
  const [held, setHeld] = useState<Held<Row>>(() => startOf(listKey));
  const own = held.listKey === listKey ? held : startOf<Row>(listKey);
  const { run, isLoading } = useOneAtATime(listKey);

  /** Reads a page and applies it; a failure is shown, and the list stays. */
  const read = useCallback(
    (
      kind: string,
      cursor: string | undefined,
      apply: (before: Held<Row>, reply: ListReply<Row>) => Held<Row>,
    ) => {
      const update = (change: (before: Held<Row>) => Held<Row>) =>
        setHeld((before) => change(before.listKey === listKey ? before : startOf(listKey)));
      run(kind, async (signal) => {
        const reply = await current.current.load(cursor, signal);
        update((before) => ({ ...apply(before, reply), error: null }));
      }).catch((error: Error) => update((before) => ({ ...before, error })));
    },
    [run, listKey],
  );
  const more = useCallback(
    ({ next }: ListPages<Row>, isAsked: boolean) => {
      if (next === null) return;
      read('more', next, (before, reply) => ({
        ...before,
        sparse: reply.rows.length >= pageRows ? 0 : isAsked ? 1 : before.sparse + 1,
        list: dropFar(addPage(before.list, reply, current.current.rowKey), seen.current.to),
      }));
    },
    [read, seen],
  );
  const refresh = useCallback(
    () =>
      read('first', undefined, (before, reply) => ({
        ...before,
        list: replaceFirstPage(before.list, reply, current.current.rowKey),
      })),
    [read],
  );
  const refill = useCallback(
    ({ pages }: ListPages<Row>, index: number) =>
      read(`refill ${index}`, pages[index]?.cursor, (before, reply) => ({
        ...before,
        list: dropFar(refillPage(before.list, index, reply), seen.current.to),
      })),
    [read, seen],
  );
  return { own, isLoading, more, refresh, refill };
}

function startOf<Row>(listKey: string): Held<Row> {
  const kept = keptLists.get(listKey) as Held<Row> | undefined;
  return kept ?? { listKey, list: unreadList(), error: null, sparse: 0 };
}

function keep<Row>(listKey: string, held: Held<Row>): void {
  keptLists.delete(listKey);
  keptLists.set(listKey, held as Held<never>);
  for (const oldest of keptLists.keys()) {
    if (keptLists.size <= keptListsMax) return;
    keptLists.delete(oldest);
  }
}
