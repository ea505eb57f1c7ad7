import type { Budget } from '../budget.ts';
import { compareNumbers } from './exact-number.ts';
import { isObject, type Json } from './json.ts';
import { assertDepth } from './json-depth.ts';

/**
 * Whether `a` and `b` are equal JSON values, by type and content; the order of an object's keys
 * does not matter. Throws `States.Runtime` when they exceed the depth limit. Spends the work of
 * what it compares.
 */
export function sameJson(a: Json, b: Json, budget?: Budget, depth = 0): boolean {
  const isText = typeof a === 'string' && typeof b === 'string' && a.length === b.length;
  budget?.spendReading(isText ? a.length : 0);
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  assertDepth(depth);
  if (Array.isArray(a)) {
    if (!Array.isArray(b) || a.length !== b.length) return false;
    return a.every((item, index) => sameJson(item, b[index], budget, depth + 1));
  }
  if (!isObject(a) || !isObject(b)) return compareNumbers(a, b) === 0;
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  for (const key of keys) {
    const [left, right] = [a[key], Object.hasOwn(b, key) ? b[key] : undefined];
    if (left === undefined || right === undefined || !sameJson(left, right, budget, depth + 1))
      return false;
  }
  return true;
}
