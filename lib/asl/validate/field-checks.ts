/** Checks of values that are plain: texts, numbers, flags, lists. */
import type { Json } from '../json/json.ts';
import { parseTimestamp } from '../timestamp.ts';
import type { Check, Place } from './field-table.ts';
import { shown } from './report.ts';

/** Takes any value. */
export const anything: Check = () => {};

/** Takes a string. */
export const text: Check = (value, place) => {
  if (typeof value !== 'string') refuseType(value, place, 'STRING');
};

/** Takes a string that is not empty. */
export const filledText: Check = (value, place) => {
  if (value === '') refuseEmpty(place);
  else text(value, place);
};

/** Takes true or false. */
export const flag: Check = (value, place) => {
  if (typeof value !== 'boolean') refuseType(value, place, 'BOOLEAN');
};

/** Takes `true` only. */
export const truth: Check = (value, place) => {
  if (value !== true) refuse(value, place, 'true');
};

/** Takes an RFC 3339 timestamp. */
export const timestamp: Check = (value, place) => {
  if (typeof value !== 'string') refuseType(value, place, 'STRING');
  else if (parseTimestamp(value) === undefined) {
    place.validation.report.schema(
      'String does not match RFC3339 timestamp',
      place.location,
      `found ${shown(value)}, expected a form like 2027-03-14T15:09:26Z`,
    );
  }
};

/** Takes one of `words`. */
export function oneOf(...words: readonly string[]): Check {
  return (value, place) => {
    if (typeof value !== 'string') refuseType(value, place, 'STRING');
    else if (!words.includes(value)) {
      const message = `Value should be one of the following: [${words.join(', ')}]`;
      place.validation.report.schema(message, place.location, `found ${shown(value)}`);
    }
  };
}

/** Takes a number of this range. */
export function number(min: number, max = Number.MAX_VALUE): Check {
  return (value, place) => {
    if (typeof value !== 'number') refuseType(value, place, 'NUMBER');
    else checkRange(value, min, max, place);
  };
}

/** Takes an integer of this range. */
export function integer(min: number, max = Number.MAX_SAFE_INTEGER): Check {
  return (value, place) => {
    if (!Number.isInteger(value)) refuseType(value, place, 'INTEGER');
    else checkRange(Number(value), min, max, place);
  };
}

/** Takes an array that is not empty and checks each of its items. */
export function listOf(check: Check): Check {
  return (value, place) => {
    if (!Array.isArray(value)) refuseType(value, place, 'ARRAY');
    else if (value.length === 0) refuseEmpty(place);
    else checkItems(value, check, place);
  };
}

function checkItems(items: readonly Json[], check: Check, place: Place): void {
  for (const [index, item] of items.entries()) {
    check(item, { ...place, location: `${place.location}/${index}` });
  }
}

/** Reports that the value is not `expected`. */
export function refuse(value: Json, place: Place, expected: string): void {
  place.validation.report.schema(
    `The value for the field '${place.field}' must be ${expected}`,
    place.location,
    `found ${shown(value)}`,
  );
}

/** Reports that the value is of another type than the field's; JSON's names in capitals. */
export function refuseType(
  value: Json,
  { validation, location }: Place,
  type: 'STRING' | 'BOOLEAN' | 'NUMBER' | 'INTEGER' | 'ARRAY',
): void {
  const message = `Expected value of type [${type}]`;
  validation.report.schema(message, location, `found ${shown(value)}`);
}

function refuseEmpty({ validation, location }: Place): void {
  validation.report.schema('Value cannot be empty', location);
}

function checkRange(value: number, min: number, max: number, place: Place): void {
  const { report } = place.validation;
  if (value < min) report.schema(`Minimum value is ${min}`, place.location, `found ${value}`);
  if (value > max) report.schema(`Maximum value is ${max}`, place.location, `found ${value}`);
}
