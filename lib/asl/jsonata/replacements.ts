import { canonicalText } from '../json/canonical-json.ts';
import { compareNumbers, toDouble } from '../json/exact-number.ts';
import { type Json, setOwn } from '../json/json.ts';
import { parseJson } from '../json/parse-json.ts';
import { JsonataError } from './meter.ts';

/** Returns whether to swap the two items. A generator, because it may be an expression. */
type Comparator = (left: unknown, right: unknown) => Generator;

/**
 * Reimplementations of library functions, by name without `$`. The library cannot merge a field
 * named `__proto__`, nor sort more than a few thousand items; it compares every item with every
 * other one to find distinct ones; and it rounds whole numbers of more
 * than 15 digits when they become text, which AWS does not.
 */
export const replacements: ReadonlyMap<string, (...args: unknown[]) => unknown> = new Map<
  string,
  (...args: unknown[]) => unknown
>([
  ['merge', merge],
  ['sort', sort],
  ['string', stringOf],
  ['number', numberOf],
  ['clone', cloneOf],
  ['distinct', distinct],
]);

/** The operator `&`: an operand without a value is the empty string. */
export function concatenate(left: unknown, right: unknown): string {
  return (stringOf(left) ?? '') + (stringOf(right) ?? '');
}

/**
 * Returns the text of a value, as `$string` does: strings as they are, functions as the empty
 * string, everything else as JSON, indented by two when `prettify` is true.
 */
function stringOf(value: unknown, prettify: unknown = false): string | undefined {
  if (value === undefined || typeof value === 'string') return value;
  if (isFunction(value)) return '';
  if (typeof value === 'number' && !Number.isFinite(value)) {
    throw new JsonataError('D3001', 'Attempting to invoke string function on Infinity or NaN');
  }
  const whole = Array.isArray(value) && 'outerWrapper' in value ? value[0] : value;
  return JSON.stringify(whole, (_, item) => toPrintable(item), prettify === true ? 2 : 0);
}

const decimal = /^-?[0-9]+(?:\.[0-9]+)?(?:[Ee][-+]?[0-9]+)?$/;
const otherBase = /^0(?:[xX][0-9A-Fa-f]+|[oO][0-7]+|[bB][01]+) *$/;

/** Version 2 of the language knows hexadecimal, octal and binary numbers, too. */
function numberOf(value: unknown): unknown {
  if (value === undefined || typeof value === 'number') return value;
  if (typeof value === 'boolean') return Number(value);
  if (typeof value === 'string' && (decimal.test(value) || otherBase.test(value))) {
    const number = Number(value);
    if (Number.isFinite(number)) return number;
  }
  throw new JsonataError('D3030', `Unable to cast value to a number: ${JSON.stringify(value)}`);
}

/** Returns a copy; the transform operator changes it. */
function cloneOf(value: unknown): unknown {
  const text = stringOf(value);
  return text === undefined ? undefined : parseJson(text);
}

/** AWS writes whole numbers in full, and fractions with 15 digits. */
function toPrintable(value: unknown): unknown {
  if (isFunction(value)) return '';
  if (typeof value !== 'number') return value;
  if (!Number.isFinite(value)) {
    throw new JsonataError('D1001', `Number out of range: ${value}`);
  }
  return Number.isInteger(value) ? value : Number(value.toPrecision(15));
}

function isFunction(value: unknown): boolean {
  if (typeof value === 'function') return true;
  if (typeof value !== 'object' || value === null) return false;
  return (
    Reflect.get(value, '_jsonata_function') === true ||
    Reflect.get(value, '_jsonata_lambda') === true
  );
}

function merge(objects: unknown): unknown {
  if (!Array.isArray(objects)) return objects;
  const result: Record<string, Json> = {};
  for (const object of objects) {
    for (const [key, value] of Object.entries<Json>(object)) setOwn(result, key, value);
  }
  return result;
}

/** Returns the items without those that are equal to an earlier one. */
function distinct(items: unknown): unknown {
  if (!Array.isArray(items) || items.length < 2) return items;
  const found = new Map<unknown, unknown>();
  for (const item of items) {
    const isDocument = typeof item === 'object' && item !== null && !isFunction(item);
    const key = isDocument ? `\u0000${canonicalText(item)}` : item;
    if (!found.has(key)) found.set(key, item);
  }
  const left = [...found.values()];
  if (!('sequence' in items)) return left;
  return Object.defineProperty(left, 'sequence', { value: true, enumerable: false });
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
  if (items.every((item) => toDouble(item) !== undefined)) return;
  if (items.every((item) => typeof item === 'string')) return;
  throw new JsonataError(
    'D3070',
    'The single argument form of the sort function can only be applied to an array of strings ' +
      'or an array of numbers.  Use the second argument to specify a comparison function',
  );
}

function isGreater(left: unknown, right: unknown): boolean {
  return typeof left === 'string' ? left > String(right) : (compareNumbers(left, right) ?? 0) > 0;
}
