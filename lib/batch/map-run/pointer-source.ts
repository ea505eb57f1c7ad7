import { isObject, type Json } from '../../asl/json/json.ts';
import { valueAt } from '../../asl/json/json-pointer.ts';
import { MillraceError } from '../../errors.ts';
import type { ObjectStore } from '../../ports/object-store.ts';
import type { BatchSource } from '../batch-source.ts';
import { createInlineSource } from '../sources/inline-source.ts';
import { createMemberSource } from './member-source.ts';
import { readWholeDocument } from './whole-document.ts';

/**
 * Reads the elements of an array, or the members of an object, inside a JSON document, found by a
 * JSON pointer (RFC 6901). The whole document is held in memory until the source is closed. The
 * cursor is the index of the next one.
 */
export function createPointerSource(
  store: Pick<ObjectStore, 'open'>,
  path: string,
  pointer: string,
): BatchSource {
  let elements: BatchSource | null = null;
  return {
    read: async (cursor, limit) => {
      elements ??= openItems(await readWholeDocument(store, path), path, pointer);
      return elements.read(cursor, limit);
    },
    close: async () => {
      elements = null;
    },
  };
}

function openItems(document: Json, path: string, pointer: string): BatchSource {
  const found = valueAt(document, pointer);
  if (Array.isArray(found)) return createInlineSource(found);
  if (isObject(found)) return createMemberSource(found);
  throw new MillraceError(
    'MALFORMED_DOCUMENT',
    `${path}: expected an array or an object at ${pointer}`,
    {
      fields: { path, pointer, fault: 'notAnArray' },
    },
  );
}
