/** Copies of JSON between the engine and a handler. */
import { isExactNumber } from '../../asl/json/exact-number.ts';
import { isObject, type Json, setOwn } from '../../asl/json/json.ts';
import { parseJson, withDoubles } from '../../asl/json/parse-json.ts';

/**
 * Returns a deep copy: neither the engine nor a handler can change the other's value. Exact numbers
 * become doubles, because a handler calculates with what it gets.
 */
export function copyJson(value: Json): Json {
  if (typeof value !== 'object' || value === null) return value;
  if (isExactNumber(value)) return withDoubles(value);
  if (Array.isArray(value)) return value.map(copyJson);
  const copy: Record<string, Json> = {};
  for (const [key, member] of Object.entries(value)) setOwn(copy, key, copyJson(member));
  return copy;
}

/**
 * Converts a handler's return value to the JSON that will be stored: dates become strings,
 * undefined members are dropped, undefined becomes null. What `JSON.rawJSON` made keeps its digits.
 * Throws what `JSON.stringify` throws (cycles, bigints).
 */
export function toJson(value: unknown): Json {
  if (isPlain(value, depthMax)) return copyJson(value);
  const text = JSON.stringify(value);
  return text === undefined ? null : parseJson(text);
}

/** Maximum depth of a quick copy. `JSON.stringify` handles deeper values, and finds cycles. */
const depthMax = 64;

function isPlain(value: unknown, depth: number): value is Json {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return true;
  if (typeof value === 'number') return Number.isFinite(value);
  if (depth === 0 || typeof value !== 'object') return false;
  // A hole is not JSON, and `every` skips it.
  if (Array.isArray(value)) {
    return !value.includes(undefined) && value.every((member) => isPlain(member, depth - 1));
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return false;
  if (prototype === null && isRawJson(value)) return false;
  if (!isObject(value) || typeof value.toJSON === 'function') return false;
  return Object.values(value).every((member) => isPlain(member, depth - 1));
}

/** The types of this version of the language lack `JSON.isRawJSON`. */
function isRawJson(value: object): boolean {
  return Reflect.apply(Reflect.get(JSON, 'isRawJSON'), JSON, [value]) === true;
}
