/** Checks of values that are plain: texts, numbers, flags, lists. */
import type { Json } from '../json.ts';
import { parseTimestamp } from '../timestamp.ts';
import type { Check, Place } from './field-table.ts';
import { shown } from './report.ts';

/** Takes any value. */
export const anything: Check = () => {};

/** Takes a string. */
export const text: Check = (value, place) => {
  if (typeof value !== 'string') refuse(value, place, 'a string');
};

/** Takes a string that is not empty. */
export const filledText: Check = (value, place) => {
  if (typeof value !== 'string' || value === '') refuse(value, place, 'a string that is not empty');
};

/** Takes true or false. */
export const flag: Check = (value, place) => {
  if (typeof value !== 'boolean') refuse(value, place, 'true or false');
};

/** Takes `true` only. */
export const truth: Check = (value, place) => {
  if (value !== true) refuse(value, place, 'true');
};

/** Takes an RFC 3339 timestamp. */
export const timestamp: Check = (value, place) => {
  if (typeof value !== 'string') refuse(value, place, 'a string');
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
    if (typeof value !== 'string' || !words.includes(value)) {
      refuse(value, place, words.join(' or '));
    }
  };
}

/** Takes a number of this range. */
export function number(min: number, max = Number.MAX_VALUE): Check {
  return (value, place) => {
    if (typeof value !== 'number') refuse(value, place, 'a number');
    else checkRange(value, min, max, place);
  };
}

/** Takes an integer of this range. */
export function integer(min: number, max = Number.MAX_SAFE_INTEGER): Check {
  return (value, place) => {
    if (!Number.isInteger(value)) refuse(value, place, 'an integer');
    else checkRange(Number(value), min, max, place);
  };
}

/** Takes an array that is not empty and checks each of its items. */
export function listOf(check: Check): Check {
  return (value, place) => {
    if (!Array.isArray(value) || value.length === 0) {
      refuse(value, place, 'an array that is not empty');
      return;
    }
    for (const [index, item] of value.entries()) {
      check(item, { ...place, location: `${place.location}/${index}` });
    }
  };
}

/** Reports that the value is not `expected`. */
export function refuse(value: Json, place: Place, expected: string): void {
  place.validation.report.schema(
    `The value for the field '${place.field}' must be ${expected}`,
    place.location,
    `found ${shown(value)}`,
  );
}

function checkRange(value: number, min: number, max: number, place: Place): void {
  const { report } = place.validation;
  if (value < min) report.schema(`Minimum value is ${min}`, place.location, `found ${value}`);
  if (value > max) report.schema(`Maximum value is ${max}`, place.location, `found ${value}`);
}
