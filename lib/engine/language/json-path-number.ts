/** Reads the numbers that JSONPath fields such as `TimeoutSecondsPath` refer to. */
import { toDouble } from '../../asl/json/exact-number.ts';
import type { Json } from '../../asl/json/json.ts';
import type { JsonPath } from '../../asl/path/json-path.ts';
import { ErrorName, StateError } from '../../asl/state-error.ts';
import { select } from './json-path-fields.ts';
import type { FieldScope } from './query-language.ts';

/**
 * Returns the whole number at `path` in `document`; a string of digits counts as a number. Throws
 * `States.Runtime`, naming `field`, for anything else and for a number below `min`.
 */
export function readInteger(
  path: JsonPath,
  field: string,
  min: number,
  scope: FieldScope,
  document: Json,
): number {
  const found = select(path, scope, document);
  const value = typeof found === 'string' && /^-?\d{1,15}$/.test(found) ? Number(found) : found;
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= min) return value;
  throw notNumeric(field, found, 'integer', path);
}

/** Like `readInteger`, for any number: a string of decimal digits counts as a number. */
export function readNumber(
  path: JsonPath,
  field: string,
  scope: FieldScope,
  document: Json,
): number {
  const found = select(path, scope, document);
  const number = toDouble(found);
  if (number !== undefined) return number;
  if (typeof found === 'string' && /^-?\d{1,15}(\.\d{1,15})?$/.test(found)) return Number(found);
  throw notNumeric(field, found, 'float', path);
}

function notNumeric(field: string, found: Json, kind: string, path: JsonPath): StateError {
  const shown = typeof found === 'string' ? found : JSON.stringify(found);
  return new StateError(
    ErrorName.runtime,
    `The ${field} field refers to value "${shown}" which is not a valid ${kind}: ${path.text}`,
  );
}
