/** Finds values in a document by JSON pointers (RFC 6901). Keys like `__proto__` are data. */
import { getOwn, isObject, type Json } from './json.ts';

/** The value that `pointer` points at; undefined when there is none. Empty means the document. */
export function valueAt(document: Json, pointer: string): Json | undefined {
  let found: Json | undefined = document;
  for (const escaped of pointer.split('/').slice(1)) {
    const key = escaped.replaceAll('~1', '/').replaceAll('~0', '~');
    if (Array.isArray(found)) found = /^(?:0|[1-9]\d*)$/.test(key) ? found[Number(key)] : undefined;
    else found = isObject(found) ? getOwn(found, key) : undefined;
  }
  return found;
}
