/** Converts results of the library to plain JSON: its arrays have additional properties. */
import { isExactNumber } from '../json/exact-number.ts';
import { type Json, setOwn } from '../json/json.ts';
import { valueDepthMax } from '../json/json-depth.ts';
import { JsonataError, type Meter, UnsupportedResultError, writtenPerStep } from './meter.ts';

/** Number of values that are copied in the time of one step, and the steps of a field. */
const valuesPerStep = 8;
const stepsPerField = 1 / 4;

/**
 * Returns a copy of `value` as JSON: with own properties only and without undefined. Every value in
 * it is charged, because a value that an expression refers to twice is copied twice. Throws when it
 * has a function or exceeds the supported depth.
 */
export function toPlainJson(value: unknown, meter: Meter, depth = 0): Json | undefined {
  meter.charge(1 / valuesPerStep);
  meter.chargeResult(1);
  if (depth > valueDepthMax) {
    throw new JsonataError('D3137', `The result is nested deeper than ${valueDepthMax} levels`);
  }
  switch (typeof value) {
    case 'string':
      meter.charge(value.length / writtenPerStep);
      meter.chargeResult(value.length);
      return value;
    case 'boolean':
      return value;
    case 'number':
      if (Number.isFinite(value)) return value;
      throw new JsonataError('D1001', `Number out of range: ${value}`);
    case 'object':
      if (isExactJson(value)) return value;
      return plainObject(value, meter, depth);
    case 'undefined':
      return undefined;
    default:
      throw new UnsupportedResultError();
  }
}

/** Values that are passed on as they are. */
function isExactJson(value: unknown): value is Json {
  return value === null || isExactNumber(value);
}

function plainObject(value: object, meter: Meter, depth: number): Json {
  if (Array.isArray(value)) return value.map((item) => toPlainJson(item, meter, depth + 1) ?? null);
  if ('_jsonata_lambda' in value || '_jsonata_function' in value) {
    throw new UnsupportedResultError();
  }
  const plain: Record<string, Json> = {};
  for (const [key, item] of Object.entries(value)) {
    meter.charge(stepsPerField);
    meter.chargeResult(key.length);
    const field = toPlainJson(item, meter, depth + 1);
    if (field !== undefined) setOwn(plain, key, field);
  }
  return plain;
}
