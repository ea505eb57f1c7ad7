/** JSON pointers (RFC 6901). Keys like `__proto__` are data. */
import { getOwn, isObject, type Json } from './json.ts';

/** Returns the value at `pointer`, or undefined when there is none. Empty means the document. */
export function valueAt(document: Json, pointer: string): Json | undefined {
  let found: Json | undefined = document;
  for (const key of parsePointer(pointer)) {
    if (Array.isArray(found)) found = /^(?:0|[1-9]\d*)$/.test(key) ? found[Number(key)] : undefined;
    else found = isObject(found) ? getOwn(found, key) : undefined;
  }
  return found;
}

/** Returns the unescaped keys of a pointer. */
export function parsePointer(pointer: string): string[] {
  const keys = pointer.split('/').slice(1);
  return keys.map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** Returns the pointer `location` extended by `keys`. */
export function childPointer(location: string, ...keys: readonly (string | number)[]): string {
  let pointer = location;
  for (const key of keys) pointer += `/${typeof key === 'number' ? key : escapeKey(key)}`;
  return pointer;
}

function escapeKey(key: string): string {
  if (!key.includes('~') && !key.includes('/')) return key;
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}
