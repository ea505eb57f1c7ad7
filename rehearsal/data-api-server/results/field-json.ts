/**
 * Converts the text that PostgreSQL sends to the JSON of a response. Numbers are copied digit by
 * digit, so that none loses precision.
 */

import { DataApiError } from '../data-api-error.ts';
import type { ColumnType, ValueKind } from './column-types.ts';
import { parseArrayLiteral } from './parse-array-literal.ts';

/** The `resultSetOptions` of a request. */
export interface ResultSetOptions {
  readonly longReturnType: 'LONG' | 'STRING';
  readonly decimalReturnType: 'STRING' | 'DOUBLE_OR_LONG';
}

type Member = 'boolean' | 'long' | 'double' | 'string' | 'blob';

/** Returns the JSON of a field of `records`. */
export function fieldJson(
  type: ColumnType,
  text: string | null,
  options: ResultSetOptions,
): string {
  if (text === null) return '{"isNull":true}';
  if (type.element === null) {
    const member = memberName(type.kind, options);
    return `{"${member}Value":${valueJson(type.kind, member, text)}}`;
  }
  const member = memberName(type.element.kind, options);
  return `{"arrayValue":{"${member}Values":${listJson(type.element.kind, member, text)}}}`;
}

/** Returns the JSON of a value of `formattedRecords`. */
export function plainJson(
  type: ColumnType,
  text: string | null,
  options: ResultSetOptions,
): string {
  if (text === null) return 'null';
  const { kind } = type.element ?? type;
  const member = memberName(kind, options);
  return type.element === null ? valueJson(kind, member, text) : listJson(kind, member, text);
}

function memberName(
  kind: ValueKind,
  { longReturnType, decimalReturnType }: ResultSetOptions,
): Member {
  switch (kind) {
    case 'long':
      return longReturnType === 'LONG' ? 'long' : 'string';
    case 'decimal':
      return decimalReturnType === 'STRING' ? 'string' : 'double';
    case 'boolean':
    case 'double':
    case 'blob':
      return kind;
    default:
      return 'string';
  }
}

function listJson(kind: ValueKind, member: Member, literal: string): string {
  const values = parseArrayLiteral(literal).map((text) =>
    text === null ? 'null' : valueJson(kind, member, text),
  );
  return `[${values.join(',')}]`;
}

function valueJson(kind: ValueKind, member: Member, text: string): string {
  switch (member) {
    case 'boolean':
      return text === 't' ? 'true' : 'false';
    case 'long':
      return text;
    case 'double':
      return /^-?\d/.test(text) ? text : unsupportedValue();
    case 'blob':
      return JSON.stringify(Buffer.from(text.slice('\\x'.length), 'hex').toString('base64'));
    case 'string':
      return JSON.stringify(kind === 'time' || kind === 'zoned' ? timeText(text) : text);
  }
}

/**
 * Removes a zero fraction, and writes any other with three digits if they are enough, or else with
 * six. Removes the offset of a `timestamptz`, which is always `+00` as sessions use UTC.
 */
function timeText(text: string): string {
  if (text.endsWith('infinity')) return unsupportedValue();
  return text.replace(/\+00(?= BC|$)/, '').replace(/\.(\d{1,6})/, (_, digits: string) => {
    const micros = digits.padEnd(6, '0');
    return `.${micros.endsWith('000') ? micros.slice(0, 3) : micros}`;
  });
}

/** The service fails without a message for infinite times, and for NaN and infinite numbers. */
function unsupportedValue(): never {
  throw new DataApiError('InternalFailure');
}
