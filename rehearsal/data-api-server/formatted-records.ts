/** `formattedRecords`: the rows of a SELECT as one JSON text, its keys the columns' labels. */
import type { ColumnType } from './column-types.ts';
import { plainText, type ResultSetOptions } from './field-text.ts';
import { ServiceError } from './service-error.ts';
import type { StatementResult } from './session.ts';

/**
 * Whether a statement is one that JSON can be asked of. One that begins with WITH is not: what AWS
 * does with it is not documented, and whoever takes both answers is safe.
 */
export function isSelect(sql: string): boolean {
  return /^(?:\s|--[^\n]*(?:\n|$)|\/\*(?:[^*]|\*(?!\/))*\*\/|\()*select\b/i.test(sql);
}

/** @throws ServiceError when two columns have one label, or the text is larger than allowed */
export function formatRecords(
  columns: readonly ColumnType[],
  { fields, rows }: StatementResult,
  options: ResultSetOptions,
  formattedBytes: number,
): string {
  const labels = fields.map(({ name }) => name);
  const twice = labels.find((label, index) => labels.indexOf(label) < index);
  if (twice !== undefined) {
    throw new ServiceError('BadRequestException', `The result has two columns named ${twice}`);
  }
  const keys = labels.map((label) => JSON.stringify(label));
  const objects = rows.map((row) => {
    const members = columns.map(
      (column, index) => `${keys[index]}:${plainText(column, row[index] ?? null, options)}`,
    );
    return `{${members.join(',')}}`;
  });
  const text = `[${objects.join(',')}]`;
  if (Buffer.byteLength(text) <= formattedBytes) return text;
  const message = `The formatted result is larger than ${formattedBytes} bytes`;
  throw new ServiceError('BadRequestException', message);
}
