/** The length of JSON texts before they are made: small values can refer to large ones often. */
import type { Budget } from '../budget.ts';
import { ErrorName, StateError } from '../state-error.ts';
import { isExactNumber } from './exact-number.ts';
import type { Json } from './json.ts';

/**
 * Maximum length of the JSON text of a value, and of a string, that an expression builds, in
 * characters: four times what AWS lets a state return. Millrace's own limit, so that building is
 * stopped long before memory runs out.
 */
export const builtCharsMax = 1_048_576;

/** Number of references from which a built value is measured; fewer cannot make it too large. */
export const referencesUnmeasured = 16;

/**
 * Returns the value. Throws `States.DataLimitExceeded` when its text would be too long. Spends the
 * work of measuring it.
 */
export function requireBuiltLength<Value extends Json>(value: Value, budget: Budget): Value {
  if (!isLongerThan(value, builtCharsMax, budget)) return value;
  throw new StateError(
    ErrorName.dataLimitExceeded,
    `An expression built a value of more than ${builtCharsMax} characters.`,
  );
}

/**
 * Whether the JSON text of `value` would have more than `charsMax` characters, not counting
 * escapes. The work is bounded by `charsMax`, not by the value.
 */
export function isLongerThan(value: Json, charsMax: number, budget?: Budget): boolean {
  return measureLength(value, charsMax, budget) > charsMax;
}

/**
 * Returns the length of the JSON text of `value`, not counting escapes. Stops above `charsMax`
 * characters, so that the work is bounded by it, and not by the value.
 */
export function measureLength(value: Json, charsMax: number, budget?: Budget): number {
  const open: Json[] = [value];
  let chars = 0;
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    budget?.spend(1);
    if (typeof next === 'string') chars += next.length + 2;
    else if (typeof next !== 'object' || next === null) chars += 1;
    else if (isExactNumber(next)) chars += String(next).length;
    else if (Array.isArray(next)) {
      chars += next.length + 2;
      if (chars > charsMax) return chars;
      for (const item of next) open.push(item);
    } else {
      chars += 2;
      for (const key of Object.keys(next)) chars += key.length + 4;
      for (const item of Object.values(next)) open.push(item);
    }
    if (chars > charsMax) return chars;
  }
  return chars;
}
