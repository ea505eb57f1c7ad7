/** Reads batch sources to their end, in the ways that leaders do. */
import type { Json } from '../../lib/asl/json/json.ts';
import type { BatchSource, SourceItem } from '../../lib/batch/batch-source.ts';

/** Reads all items, `limit` at a time, from one source that stays open. */
export function readAll(source: BatchSource, limit = 100): Promise<SourceItem[]> {
  return readAnew(() => source, limit);
}

/** Reads all items, each chunk with a new source that has only the saved cursor. */
export async function readAnew(make: () => BatchSource, limit: number): Promise<SourceItem[]> {
  const items: SourceItem[] = [];
  let cursor: Json | null = null;
  for (let reads = 0; reads < 10_000; reads += 1) {
    const source = make();
    const chunk = await source.read(cursor, limit);
    items.push(...chunk.items);
    cursor = JSON.parse(JSON.stringify(chunk.cursor)) as Json;
    if (chunk.done) {
      await source.close();
      return items;
    }
    if (make() !== source) await source.close();
  }
  throw new Error('the source does not end');
}

/** Returns the values in order; for an item with a problem, its text. */
export function contents(items: readonly SourceItem[]): Json[] {
  return items.map((item) => ('problem' in item ? `PROBLEM ${item.problem}` : item.value));
}
