/**
 * Elements of an array inside a JSON document, found by a JSON pointer (RFC 6901). The document is
 * read whole, once for each time that reading begins. The cursor is the next element's index.
 */
import type { Json } from '../../asl/json/json.ts';
import { valueAt } from '../../asl/json/json-pointer.ts';
import { MillraceError } from '../../errors.ts';
import type { ObjectStore } from '../../ports/object-store.ts';
import type { BatchSource } from '../batch-source.ts';
import { inlineSource } from '../sources/inline-source.ts';
import { wholeDocument } from './whole-document.ts';

/** Reads what `pointer` points at. */
export function pointerSource(
  store: Pick<ObjectStore, 'open'>,
  path: string,
  pointer: string,
): BatchSource {
  let elements: BatchSource | null = null;
  return {
    read: async (cursor, limit) => {
      elements ??= inlineSource(arrayIn(await wholeDocument(store, path), path, pointer));
      return elements.read(cursor, limit);
    },
    close: async () => {
      elements = null;
    },
  };
}

function arrayIn(document: Json, path: string, pointer: string): readonly Json[] {
  const found = valueAt(document, pointer);
  if (Array.isArray(found)) return found;
  throw new MillraceError('MALFORMED_DOCUMENT', `${path}: expected an array at ${pointer}`, {
    fields: { path, pointer, fault: 'notAnArray' },
  });
}
