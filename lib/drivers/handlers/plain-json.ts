/**
 * Copies of JSON between the engine and a handler, so that neither can change what the other holds.
 */
import { isObject, type Json, setOwn } from '../../asl/json/json.ts';

/** A deep copy of a JSON value. */
export function copyOf(value: Json): Json {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(copyOf);
  const copy: Record<string, Json> = {};
  for (const [key, member] of Object.entries(value)) setOwn(copy, key, copyOf(member));
  return copy;
}

/**
 * What a handler returned, as the JSON that will be stored: dates become texts, undefined members
 * vanish, nothing at all becomes null. Throws what `JSON.stringify` throws (cycles, bigints).
 */
export function jsonOf(value: unknown): Json {
  if (isPlain(value, depthMax)) return copyOf(value);
  const text = JSON.stringify(value);
  return text === undefined ? null : (JSON.parse(text) as Json);
}

/** Deeper values are left to `JSON.stringify`, which also finds cycles. */
const depthMax = 64;

function isPlain(value: unknown, depth: number): value is Json {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return true;
  if (typeof value === 'number') return Number.isFinite(value);
  if (depth === 0 || typeof value !== 'object') return false;
  // A hole is no JSON, and `every` passes over it.
  if (Array.isArray(value)) {
    return !value.includes(undefined) && value.every((member) => isPlain(member, depth - 1));
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return false;
  if (!isObject(value) || typeof value.toJSON === 'function') return false;
  return Object.values(value).every((member) => isPlain(member, depth - 1));
}
