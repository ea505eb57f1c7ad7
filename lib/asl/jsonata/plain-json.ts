/** Converts results of the library to plain JSON: its arrays have additional properties. */
import { type Json, setOwn } from '../json/json.ts';
import { valueDepthMax } from '../json/json-depth.ts';
import { JsonataError, type Meter, UnsupportedResultError } from './meter.ts';

/** Number of values, and of characters, that are copied and encoded in the time of one step. */
const valuesPerStep = 4;
const charactersPerStep = 64;

/**
 * Returns a copy of `value` as JSON: with own properties only and without undefined. Every value in
 * it is charged, because a value that an expression refers to twice is copied twice. Throws when it
 * has a function or exceeds the supported depth.
 */
export function toPlainJson(value: unknown, meter: Meter, depth = 0): Json | undefined {
  meter.charge(1 / valuesPerStep);
  if (depth > valueDepthMax) {
    throw new JsonataError('D3137', `The result is nested deeper than ${valueDepthMax} levels`);
  }
  switch (typeof value) {
    case 'string':
      meter.charge(value.length / charactersPerStep);
      return value;
    case 'boolean':
      return value;
    case 'number':
      if (Number.isFinite(value)) return value;
      throw new JsonataError('D1001', `Number out of range: ${value}`);
    case 'object':
      return value === null ? null : plainObject(value, meter, depth);
    case 'undefined':
      return undefined;
    default:
      throw new UnsupportedResultError();
  }
}

function plainObject(value: object, meter: Meter, depth: number): Json {
  if (Array.isArray(value)) return value.map((item) => toPlainJson(item, meter, depth + 1) ?? null);
  if ('_jsonata_lambda' in value || '_jsonata_function' in value) {
    throw new UnsupportedResultError();
  }
  const plain: Record<string, Json> = {};
  for (const [key, item] of Object.entries(value)) {
    const field = toPlainJson(item, meter, depth + 1);
    if (field !== undefined) setOwn(plain, key, field);
  }
  return plain;
}
