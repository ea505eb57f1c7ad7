/** Makes plain JSON of what the library answers, whose arrays carry marks of its own. */
import { type Json, setOwn } from '../json/json.ts';
import { valueDepthMax } from '../json/json-depth.ts';
import { JsonataFault } from './meter.ts';

/**
 * A copy of `value` that is JSON: own properties only, undefined left out. A function in it, or a
 * nesting that is too deep, is a fault.
 */
export function plainJson(value: unknown, depth = 0): Json | undefined {
  if (depth > valueDepthMax) {
    throw new JsonataFault('D3137', `The result is nested deeper than ${valueDepthMax} levels`);
  }
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'number':
      if (Number.isFinite(value)) return value;
      throw new JsonataFault('D1001', `Number out of range: ${value}`);
    case 'object':
      return value === null ? null : plainObject(value, depth);
    case 'undefined':
      return undefined;
    default:
      throw new JsonataFault('D3137', 'The result is a function, which JSON cannot hold');
  }
}

function plainObject(value: object, depth: number): Json {
  if (Array.isArray(value)) return value.map((item) => plainJson(item, depth + 1) ?? null);
  if ('_jsonata_lambda' in value || '_jsonata_function' in value) {
    throw new JsonataFault('D3137', 'The result is a function, which JSON cannot hold');
  }
  const plain: Record<string, Json> = {};
  for (const [key, item] of Object.entries(value)) {
    const field = plainJson(item, depth + 1);
    if (field !== undefined) setOwn(plain, key, field);
  }
  return plain;
}
