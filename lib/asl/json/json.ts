/** JSON values. All keys are data: `__proto__` or `$` in a key has no special meaning. */
import { isExactNumber } from './exact-number.ts';

/**
 * Any JSON value. In a document that was read by `parseJson`, an `ExactNumber` may stand for a
 * number; code that only passes documents on need not know.
 */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

/** A JSON object. */
export interface JsonObject {
  readonly [key: string]: Json;
}

/** Whether `value` is a JSON object: not an array, not null, and not an exact number. */
export function isObject(value: unknown): value is JsonObject {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && !isExactNumber(value)
  );
}

/** Returns a copy of `object` with `key` set as an own property, for any key. */
export function withKey(object: JsonObject, key: string, value: Json): JsonObject {
  const copy: Record<string, Json> = { ...object };
  setOwn(copy, key, value);
  return copy;
}

/** Sets an own property, for any key, on an object under construction. */
export function setOwn(target: Record<string, Json>, key: string, value: Json): void {
  if (key === '__proto__') {
    Object.defineProperty(target, key, {
      value,
      enumerable: true,
      writable: true,
      configurable: true,
    });
  } else {
    target[key] = value;
  }
}

/** Returns the own property `key` of `object`, or undefined. */
export function getOwn(object: JsonObject, key: string): Json | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

/** Counts a value and everything in it. */
export function countValues(value: Json): number {
  if (typeof value !== 'object' || value === null) return 1;
  return Object.values(value).reduce<number>((sum, item) => sum + countValues(item), 1);
}
