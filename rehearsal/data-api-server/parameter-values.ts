/**
 * Reads the parameters of a request. Each is sent with its type, so that a missing cast fails: a
 * string as `text` unless it has a type hint, a whole number as `bigint`; only a null has no type.
 */

import { DataApiError } from './data-api-error.ts';
import { isStructure, type RequestBody, readOptionalText, wrongType } from './request-fields.ts';

/** A value, and the type that it is sent with. */
export interface TypedValue {
  /** The `pg_type.oid`; 0 leaves the type to the database. */
  readonly type: number;
  readonly value: string | Buffer | null;
}

/** Object ids of PostgreSQL's built-in types, which never change. */
const typeIds = { bool: 16, bytea: 17, int8: 20, text: 25, float8: 701 } as const;

interface Hint {
  readonly type: number;
  /** The expected format, for the error message. */
  readonly format: string;
  readonly matches: (text: string) => boolean;
}

/** The type hints for strings. */
const hints: ReadonlyMap<string, Hint> = new Map([
  ['DATE', { type: 1082, format: 'YYYY-MM-DD', matches: matcher(/^\d{4}-\d\d-\d\d$/) }],
  [
    'DECIMAL',
    { type: 1700, format: 'a number', matches: matcher(/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/) },
  ],
  ['JSON', { type: 114, format: 'JSON', matches: isJson }],
  ['TIME', { type: 1083, format: 'HH:MM:SS[.FFF]', matches: matcher(/^\d\d:\d\d:\d\d(\.\d+)?$/) }],
  [
    'TIMESTAMP',
    {
      type: 1114,
      format: 'YYYY-MM-DD HH:MM:SS[.FFF]',
      matches: matcher(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?$/),
    },
  ],
  [
    'UUID',
    { type: 2950, format: 'a UUID', matches: matcher(/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i) },
  ],
]);

const nameBounds = { max: 65_536 };

/** Reads one set of parameters. @throws DataApiError for a repeated name */
export function readParameters(set: unknown): ReadonlyMap<string, TypedValue> {
  if (!Array.isArray(set)) throw wrongType('parameters', 'a list');
  const values = new Map<string, TypedValue>();
  for (const parameter of set) {
    if (!isStructure(parameter)) throw wrongType('parameters', 'a list of objects');
    const name = readOptionalText(parameter, 'name', nameBounds);
    if (name === undefined)
      throw new DataApiError('ValidationException', 'A parameter has no name');
    if (values.has(name)) {
      throw new DataApiError('ValidationException', `Parameter ${name} is given twice`);
    }
    values.set(name, readValue(name, parameter));
  }
  return values;
}

/** Returns the values by the numbers of the parameters in the statement. */
export function bindParameters(
  order: readonly string[],
  values: ReadonlyMap<string, TypedValue>,
): readonly TypedValue[] {
  return order.map((name) => {
    const value = values.get(name);
    if (value !== undefined) return value;
    throw new DataApiError('ValidationException', `Cannot find parameter: ${name}`);
  });
}

function readValue(name: string, parameter: RequestBody): TypedValue {
  const hint = readHint(name, parameter.typeHint);
  const field = parameter.value;
  if (!isStructure(field))
    throw new DataApiError('ValidationException', `Parameter ${name} has no value`);
  const members = Object.entries(field).filter(
    ([, value]) => value !== null && value !== undefined,
  );
  const [member, ...more] = members;
  if (member === undefined || more.length > 0) {
    throw wrongType(`parameter ${name}`, 'a union with one member set');
  }
  return readMember(name, member[0], member[1], hint);
}

function readMember(
  name: string,
  member: string,
  value: unknown,
  hint: Hint | undefined,
): TypedValue {
  switch (member) {
    case 'isNull':
      if (value === true) return { type: hint?.type ?? 0, value: null };
      throw wrongType(`parameter ${name}: isNull`, 'true');
    case 'booleanValue':
      if (typeof value === 'boolean') return { type: typeIds.bool, value: String(value) };
      throw wrongType(`parameter ${name}: booleanValue`, 'a boolean');
    case 'longValue':
      // `readJson` has read a whole number as a bigint, to keep all digits.
      if (typeof value === 'bigint') return { type: typeIds.int8, value: String(value) };
      throw wrongType(`parameter ${name}: longValue`, 'a whole number');
    case 'doubleValue':
      if (isDouble(value)) return { type: typeIds.float8, value: String(value) };
      throw wrongType(`parameter ${name}: doubleValue`, 'a number');
    case 'blobValue':
      if (typeof value === 'string') {
        return { type: typeIds.bytea, value: Buffer.from(value, 'base64') };
      }
      throw wrongType(`parameter ${name}: blobValue`, 'base64');
    case 'stringValue':
      if (typeof value === 'string') return textValue(name, value, hint);
      throw wrongType(`parameter ${name}: stringValue`, 'a string');
    case 'arrayValue':
      throw new DataApiError('BadRequestException', 'Array parameters are not supported.');
    default:
      throw wrongType(`parameter ${name}`, 'a value of a known kind');
  }
}

function textValue(name: string, value: string, hint: Hint | undefined): TypedValue {
  if (hint === undefined) return { type: typeIds.text, value };
  if (hint.matches(value)) return { type: hint.type, value };
  const message = `Parameter ${name} does not fit its type hint: expected ${hint.format}`;
  throw new DataApiError('ValidationException', message);
}

function readHint(name: string, typeHint: unknown): Hint | undefined {
  if (typeHint === undefined || typeHint === null) return undefined;
  const hint = typeof typeHint === 'string' ? hints.get(typeHint) : undefined;
  if (hint !== undefined) return hint;
  const message =
    `Parameter ${name} has the type hint ${JSON.stringify(typeHint)}: ` +
    `Member must satisfy enum value set: [${[...hints.keys()].join(', ')}]`;
  throw new DataApiError('ValidationException', message);
}

/** The protocol writes NaN and infinity as strings, as JSON cannot express them. */
function isDouble(value: unknown): boolean {
  return typeof value === 'number' || ['NaN', 'Infinity', '-Infinity'].includes(String(value));
}

function matcher(format: RegExp): (text: string) => boolean {
  return (text) => format.test(text);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
