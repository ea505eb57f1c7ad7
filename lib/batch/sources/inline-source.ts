import type { Json } from '../../asl/json/json.ts';
import { MillraceError } from '../../errors.ts';
import type { BatchSource } from '../batch-source.ts';

/** Reads items that are part of the batch itself. The cursor is the next item's index. */
export function createInlineSource(items: readonly Json[]): BatchSource {
  return {
    read: async (cursor, limit) => {
      const start = cursor === null ? 0 : parseCursor(cursor);
      const end = Math.min(start + limit, items.length);
      const chunk = items
        .slice(start, end)
        .map((value, offset) => ({ index: start + offset, value }));
      return { items: chunk, cursor: end, done: end === items.length };
    },
    close: async () => {},
  };
}

function parseCursor(cursor: Json): number {
  if (typeof cursor === 'number') return cursor;
  throw new MillraceError('CONFLICT', 'the cursor of the batch was not saved for items in memory');
}
