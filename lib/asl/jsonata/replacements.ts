import { type Json, setOwn } from '../json/json.ts';
import { JsonataError } from './meter.ts';

/** Returns whether to swap the two items. A generator, because it may be an expression. */
type Comparator = (left: unknown, right: unknown) => Generator;

/**
 * Reimplementations of library functions, by name without `$`, with the same results. The library
 * cannot merge a field named `__proto__`, nor sort more than a few thousand items.
 */
export const replacements: ReadonlyMap<string, (...args: unknown[]) => unknown> = new Map<
  string,
  (...args: unknown[]) => unknown
>([
  ['merge', merge],
  ['sort', sort],
]);

function merge(objects: unknown): unknown {
  if (!Array.isArray(objects)) return objects;
  const result: Record<string, Json> = {};
  for (const object of objects) {
    for (const [key, value] of Object.entries<Json>(object)) setOwn(result, key, value);
  }
  return result;
}

/** A stable bottom-up merge sort. */
function* sort(items: unknown, given?: unknown): Generator {
  if (!Array.isArray(items) || items.length < 2) return items;
  const comparator = isComparator(given) ? given : undefined;
  if (comparator === undefined) assertOrder(items);
  let sorted: unknown[] = items;
  for (let width = 1; width < items.length; width *= 2) {
    const merged: unknown[] = [];
    for (let start = 0; start < items.length; start += 2 * width) {
      const middle = Math.min(start + width, items.length);
      const end = Math.min(middle + width, items.length);
      let [left, right] = [start, middle];
      while (left < middle && right < end) {
        const pair = [sorted[left], sorted[right]] as const;
        const isAfter: unknown =
          comparator === undefined ? isGreater(...pair) : yield* comparator(...pair);
        merged.push(isAfter ? sorted[right++] : sorted[left++]);
      }
      while (left < middle) merged.push(sorted[left++]);
      while (right < end) merged.push(sorted[right++]);
    }
    sorted = merged;
  }
  return sorted;
}

function isComparator(value: unknown): value is Comparator {
  return typeof value === 'function';
}

/** Without a comparator, only strings and numbers can be sorted. */
function assertOrder(items: readonly unknown[]): void {
  const all = (kind: string) => items.every((item) => typeof item === kind);
  if (all('number') || all('string')) return;
  throw new JsonataError(
    'D3070',
    'The single argument form of the sort function can only be applied to an array of strings ' +
      'or an array of numbers.  Use the second argument to specify a comparison function',
  );
}

function isGreater(left: unknown, right: unknown): boolean {
  return typeof left === 'string' ? left > String(right) : Number(left) > Number(right);
}
