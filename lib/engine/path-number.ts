/** Reads the numbers that fields like `TimeoutSecondsPath` and `MaxConcurrencyPath` refer to. */
import type { Json } from '../asl/json/json.ts';
import type { JsonPath } from '../asl/json-path.ts';
import { ErrorName, StateError } from '../asl/state-error.ts';
import { select } from './data-flow.ts';
import type { Visit } from './visit.ts';

/**
 * The whole number that `path` finds in `document`; a text of digits counts as one. Anything else,
 * and a number below `least`, is `States.Runtime`, named after `field`.
 */
export function integerAt(
  path: JsonPath,
  field: string,
  least: number,
  visit: Visit,
  document: Json,
): number {
  const found = select(path, visit, document);
  const value = typeof found === 'string' && /^-?\d{1,15}$/.test(found) ? Number(found) : found;
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= least) return value;
  throw notNumeric(field, found, 'integer', path);
}

/** As `integerAt`, for any number: a text of decimal digits counts as one. */
export function numberAt(path: JsonPath, field: string, visit: Visit, document: Json): number {
  const found = select(path, visit, document);
  if (typeof found === 'number') return found;
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
