/**
 * Values from the text that PostgreSQL sends to the JSON that the service answers with. Numbers are
 * copied digit by digit, so that none loses precision on the way.
 */
import { parseArrayLiteral } from './array-literal.ts';
import type { ColumnType, Kind } from './column-types.ts';
import { ServiceError } from './service-error.ts';

/** A request's `resultSetOptions`. */
export interface ResultSetOptions {
  readonly longReturnType: 'LONG' | 'STRING';
  readonly decimalReturnType: 'STRING' | 'DOUBLE_OR_LONG';
}

type Member = 'boolean' | 'long' | 'double' | 'string' | 'blob';

/** A field of `records`. */
export function fieldText(
  type: ColumnType,
  text: string | null,
  options: ResultSetOptions,
): string {
  if (text === null) return '{"isNull":true}';
  if (type.element === null) {
    const member = memberOf(type.kind, options);
    return `{"${member}Value":${valueText(type.kind, member, text)}}`;
  }
  const member = memberOf(type.element.kind, options);
  return `{"arrayValue":{"${member}Values":${listText(type.element.kind, member, text)}}}`;
}

/** A value of `formattedRecords`. */
export function plainText(
  type: ColumnType,
  text: string | null,
  options: ResultSetOptions,
): string {
  if (text === null) return 'null';
  const { kind } = type.element ?? type;
  const member = memberOf(kind, options);
  return type.element === null ? valueText(kind, member, text) : listText(kind, member, text);
}

function memberOf(kind: Kind, { longReturnType, decimalReturnType }: ResultSetOptions): Member {
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

function listText(kind: Kind, member: Member, literal: string): string {
  const values = parseArrayLiteral(literal).map((text) =>
    text === null ? 'null' : valueText(kind, member, text),
  );
  return `[${values.join(',')}]`;
}

function valueText(kind: Kind, member: Member, text: string): string {
  switch (member) {
    case 'boolean':
      return text === 't' ? 'true' : 'false';
    case 'long':
      return text;
    case 'double':
      return /^-?\d/.test(text) ? text : untold();
    case 'blob':
      return JSON.stringify(Buffer.from(text.slice('\\x'.length), 'hex').toString('base64'));
    case 'string':
      return JSON.stringify(kind === 'time' || kind === 'zoned' ? timeText(text) : text);
  }
}

/**
 * No fraction when it is zero, three digits when they are enough, else six; and a `timestamptz`
 * without its offset, which is always `+00` as sessions are in UTC.
 */
function timeText(text: string): string {
  if (text.endsWith('infinity')) return untold();
  return text.replace(/\+00(?= BC|$)/, '').replace(/\.(\d{1,6})/, (_, digits: string) => {
    const micros = digits.padEnd(6, '0');
    return `.${micros.endsWith('000') ? micros.slice(0, 3) : micros}`;
  });
}

/** Infinite times and numbers make the service fail without a word. */
function untold(): never {
  throw new ServiceError('InternalFailure');
}
