/** How much goes into one call of SQS, and how many calls are made at once. */

/** Bounds of one batch call (SQS's quotas). */
export const pageLimits = Object.freeze({
  entriesMax: 10,
  /** Of all its messages together, attributes included: 1 MiB. */
  bytesMax: 1_048_576,
});

/**
 * Calls made at once on behalf of one caller: enough to hide their latency, and fewer than the
 * sockets that the client opens to a host (50), of which long polls hold some.
 */
const callsAtOnce = 8;

/**
 * Cuts `items` into pages, in order and none empty. One that is larger than a page has one alone.
 */
export function pagesOf<Item>(
  items: readonly Item[],
  sizeOf: (item: Item) => number = () => 0,
): Item[][] {
  const pages: Item[][] = [];
  let page: Item[] = [];
  let bytes = 0;
  for (const item of items) {
    const size = sizeOf(item);
    const isFull = page.length === pageLimits.entriesMax || bytes + size > pageLimits.bytesMax;
    if (isFull && page.length > 0) {
      pages.push(page);
      page = [];
      bytes = 0;
    }
    page.push(item);
    bytes += size;
  }
  if (page.length > 0) pages.push(page);
  return pages;
}

/** What `work` makes of each item, in the items' order, some of them at a time. */
export async function atOnce<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  const left = items.entries();
  const next = async () => {
    for (const [index, item] of left) results[index] = await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(callsAtOnce, items.length) }, next));
  return results;
}
