/** Reads batch sources to their end, in the ways that a leader may. */
import type { Json } from '../../lib/asl/json/json.ts';
import type { BatchSource, SourceItem } from '../../lib/batch/batch-source.ts';

/** Every item, `limit` at a time, from one source that stays open. */
export function readAll(source: BatchSource, limit = 100): Promise<SourceItem[]> {
  return readAnew(() => source, limit);
}

/** Every item, each read by a source of its own that knows nothing but the saved cursor. */
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

/** The values, in order; an item with a problem is its text. */
export function contents(items: readonly SourceItem[]): Json[] {
  return items.map((item) => ('problem' in item ? `PROBLEM ${item.problem}` : item.value));
}
