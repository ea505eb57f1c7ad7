import type { Json, JsonObject } from '../../asl/json/json.ts';
import type { BatchSource, SourceItem } from '../batch-source.ts';
import { createInlineSource } from '../sources/inline-source.ts';

/**
 * Reads the members of an object, which a distributed Map iterates over: each item is the pair
 * `{ Key, Value }`. The cursor is the next member's index.
 */
export function createMemberSource(object: JsonObject): BatchSource {
  const pairs = Object.entries(object).map(([Key, Value]): Json => ({ Key, Value }));
  const source = createInlineSource(pairs);
  return {
    read: async (cursor, limit) => {
      const chunk = await source.read(cursor, limit);
      return { ...chunk, items: chunk.items.map(toMember) };
    },
    close: () => source.close(),
  };
}

function toMember(item: SourceItem): SourceItem {
  return 'problem' in item ? item : { ...item, isMember: true };
}
