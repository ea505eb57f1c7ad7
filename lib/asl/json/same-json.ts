import { isObject, type Json } from './json.ts';
import { assertDepth } from './json-depth.ts';

/**
 * Whether `a` and `b` are equal JSON values, by type and content; the order of an object's keys
 * does not matter. Throws `States.Runtime` when they exceed the depth limit.
 */
export function sameJson(a: Json, b: Json, depth = 0): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  assertDepth(depth);
  if (Array.isArray(a)) {
    if (!Array.isArray(b) || a.length !== b.length) return false;
    return a.every((item, index) => sameJson(item, b[index], depth + 1));
  }
  if (!isObject(a) || !isObject(b)) return false;
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  for (const key of keys) {
    const [left, right] = [a[key], Object.hasOwn(b, key) ? b[key] : undefined];
    if (left === undefined || right === undefined || !sameJson(left, right, depth + 1))
      return false;
  }
  return true;
}
