/** Limits of one batch call (SQS's quotas). */
export const batchCallLimits = Object.freeze({
  entriesMax: 10,
  /** Total size of its messages, attributes included: 1 MiB. */
  bytesMax: 1_048_576,
});

/**
 * Maximum number of concurrent calls of one operation: enough to hide their latency, and fewer than
 * the sockets that the client opens to a host (50), of which long polls use some.
 */
const callsAtOnce = 8;

/**
 * Splits `items` into pages, in order, none of them empty. An item that exceeds a page has one of
 * its own.
 */
export function toPages<Item>(
  items: readonly Item[],
  measure: (item: Item) => number = () => 0,
): Item[][] {
  const pages: Item[][] = [];
  let page: Item[] = [];
  let bytes = 0;
  for (const item of items) {
    const size = measure(item);
    const isFull =
      page.length === batchCallLimits.entriesMax || bytes + size > batchCallLimits.bytesMax;
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

/** Applies `work` to all items, several at a time; returns the results in the items' order. */
export async function mapConcurrently<Item, Result>(
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
