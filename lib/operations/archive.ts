/**
 * Orders about many entries of the archive: run them again, or delete them, page by page and no
 * faster than asked. A page is one statement, so whatever stops an order leaves each entry either
 * there or gone, and the order can be given again.
 */

import type { ArchiveFilter, ArchiveStore } from '../ports/archive-store.ts';
import { type Clock, pause } from '../ports/clock.ts';
import { Dispatcher } from '../roles/delivery/dispatcher.ts';
import type { AppContext } from './app-context.ts';

/** How an order is carried out. */
export interface PaceOptions {
  /** Entries at most. @default all that match */
  readonly limit?: number;
  /** Entries a second, at most. @default as fast as it goes */
  readonly perSecond?: number;
  /** Ends the order after the page under way. */
  readonly signal?: AbortSignal;
}

/** Entries that one statement takes. */
const pageMax = 1_000;

/**
 * Takes entries out of the archive, oldest first, makes their executions go on from the states that
 * failed, and sends their tasks; answers the ids of each page.
 */
export async function* redriveArchived(
  context: AppContext,
  filter: ArchiveFilter,
  options: PaceOptions,
): AsyncGenerator<readonly string[]> {
  const { store, clock } = context;
  const dispatcher = new Dispatcher(context);
  const there = await thereNow(store, filter);
  let leftBefore: number | null = null;
  for await (const page of pages(clock, options)) {
    const wakeups = await store.redriveArchived(there, page.size);
    if (wakeups.length === 0) {
      // Entries that need no task any more only go: the end is where none has gone.
      const left = await store.countArchive(there);
      if (left === leftBefore) return;
      leftBefore = left;
      continue;
    }
    await dispatcher.dispatch(wakeups);
    page.took(wakeups.length);
    yield wakeups.map(({ executionId }) => executionId);
  }
}

/**
 * The entries that match now and none that come later: what fails again while the order is carried
 * out is not run a second time. The store's own time says which they are.
 */
export async function thereNow(
  store: Pick<ArchiveStore, 'listArchive'>,
  filter: ArchiveFilter,
): Promise<ArchiveFilter & { readonly archivedBefore: number }> {
  const { entries } = await store.listArchive(filter, { limit: 1 });
  const end = (entries[0]?.archivedAt ?? 0) + 1;
  return { ...filter, archivedBefore: Math.min(filter.archivedBefore ?? end, end) };
}

/** Deletes entries, oldest first; answers how many went with each page. */
export async function* deleteArchived(
  { store, clock }: Pick<AppContext, 'store' | 'clock'>,
  filter: ArchiveFilter,
  options: PaceOptions,
): AsyncGenerator<number> {
  for await (const page of pages(clock, options)) {
    const deleted = await store.deleteArchived(filter, page.size);
    if (deleted === 0) return;
    page.took(deleted);
    yield deleted;
  }
}

/** The next page. */
interface OrderPage {
  readonly size: number;
  /** To be told how many entries it was. */
  readonly took: (count: number) => void;
}

async function* pages(
  clock: Clock,
  { limit = Number.POSITIVE_INFINITY, perSecond, signal }: PaceOptions,
): AsyncGenerator<OrderPage> {
  let left = limit;
  while (left > 0 && !signal?.aborted) {
    const beganAt = clock.now();
    let taken = 0;
    yield {
      size: Math.min(left, perSecond ?? pageMax, pageMax),
      took: (count) => {
        taken = count;
      },
    };
    left -= taken;
    if (perSecond === undefined || left <= 0) continue;
    const restMs = (taken / perSecond) * 1_000 - (clock.now() - beganAt);
    if (restMs > 0) await pause(clock, restMs, signal);
  }
}
