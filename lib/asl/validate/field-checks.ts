/** Checks of fields with plain values: strings, numbers, booleans, lists. */
import type { Json } from '../json/json.ts';
import { parseTimestamp } from '../timestamp.ts';
import type { Check, FieldContext } from './field-table.ts';
import { describeValue } from './report.ts';

/** Accepts any value. */
export const anyValue: Check = () => {};

/** Accepts a string. */
export const string: Check = (value, context) => {
  if (typeof value !== 'string') reportWrongType(value, context, 'STRING');
};

/** Accepts a string that is not empty. */
export const nonEmptyString: Check = (value, context) => {
  if (value === '') reportEmpty(context);
  else string(value, context);
};

/** Accepts true or false. */
export const boolean: Check = (value, context) => {
  if (typeof value !== 'boolean') reportWrongType(value, context, 'BOOLEAN');
};

/** Accepts only true. */
export const onlyTrue: Check = (value, context) => {
  if (value !== true) reportMismatch(value, context, 'true');
};

/** Accepts an RFC 3339 timestamp. */
export const timestampString: Check = (value, context) => {
  if (typeof value !== 'string') reportWrongType(value, context, 'STRING');
  else if (parseTimestamp(value) === undefined) {
    context.validation.report.schemaError(
      'String does not match RFC3339 timestamp',
      context.location,
      `found ${describeValue(value)}, expected a timestamp such as 2027-03-14T15:09:26Z`,
    );
  }
};

/** Accepts one of `words`. */
export function oneOf(...words: readonly string[]): Check {
  return (value, context) => {
    if (typeof value !== 'string') reportWrongType(value, context, 'STRING');
    else if (!words.includes(value)) {
      const message = `Value should be one of the following: [${words.join(', ')}]`;
      context.validation.report.schemaError(
        message,
        context.location,
        `found ${describeValue(value)}`,
      );
    }
  };
}

/** Accepts a number in this range. */
export function number(min: number, max = Number.MAX_VALUE): Check {
  return (value, context) => {
    if (typeof value !== 'number') reportWrongType(value, context, 'NUMBER');
    else checkRange(value, min, max, context);
  };
}

/** Accepts an integer in this range. */
export function integer(min: number, max = Number.MAX_SAFE_INTEGER): Check {
  return (value, context) => {
    if (!Number.isInteger(value)) reportWrongType(value, context, 'INTEGER');
    else checkRange(Number(value), min, max, context);
  };
}

/** Accepts an array that is not empty, and checks each of its items. */
export function listOf(check: Check): Check {
  return (value, context) => {
    if (!Array.isArray(value)) reportWrongType(value, context, 'ARRAY');
    else if (value.length === 0) reportEmpty(context);
    else checkItems(value, check, context);
  };
}

function checkItems(items: readonly Json[], check: Check, context: FieldContext): void {
  for (const [index, item] of items.entries()) {
    check(item, { ...context, location: `${context.location}/${index}` });
  }
}

/** Reports that the value is not `expected`. */
export function reportMismatch(value: Json, context: FieldContext, expected: string): void {
  context.validation.report.schemaError(
    `The value for the field '${context.field}' must be ${expected}`,
    context.location,
    `found ${describeValue(value)}`,
  );
}

/** Reports that the value is not of the field's type. */
export function reportWrongType(
  value: Json,
  { validation, location }: FieldContext,
  type: 'STRING' | 'BOOLEAN' | 'NUMBER' | 'INTEGER' | 'ARRAY',
): void {
  const message = `Expected value of type [${type}]`;
  validation.report.schemaError(message, location, `found ${describeValue(value)}`);
}

function reportEmpty({ validation, location }: FieldContext): void {
  validation.report.schemaError('Value cannot be empty', location);
}

function checkRange(value: number, min: number, max: number, context: FieldContext): void {
  const { report } = context.validation;
  if (value < min)
    report.schemaError(`Minimum value is ${min}`, context.location, `found ${value}`);
  if (value > max)
    report.schemaError(`Maximum value is ${max}`, context.location, `found ${value}`);
}
