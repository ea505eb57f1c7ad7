/** `formattedRecords`: the rows of a SELECT as one JSON text. */

import { DataApiError } from '../data-api-error.ts';
import type { StatementResult } from '../session.ts';
import type { ColumnType } from './column-types.ts';
import { plainJson, type ResultSetOptions } from './field-json.ts';

/**
 * Whether the result of a statement can be formatted as JSON. For a statement that begins with WITH
 * it cannot: AWS does not document what it does, and clients must expect both.
 */
export function isSelect(sql: string): boolean {
  return /^(?:\s|--[^\n]*(?:\n|$)|\/\*(?:[^*]|\*(?!\/))*\*\/|\()*select\b/i.test(sql);
}

/**
 * Returns rows as a JSON array of objects, whose keys are the labels of the columns.
 * @throws DataApiError for two columns with the same label, and for a text that is too large
 */
export function formatRecords(
  columns: readonly ColumnType[],
  { fields, rows }: StatementResult,
  options: ResultSetOptions,
  formattedBytes: number,
): string {
  const labels = fields.map(({ name }) => name);
  const duplicate = labels.find((label, index) => labels.indexOf(label) < index);
  if (duplicate !== undefined) {
    throw new DataApiError('BadRequestException', `The result has two columns named ${duplicate}`);
  }
  const keys = labels.map((label) => JSON.stringify(label));
  const objects = rows.map((row) => {
    const members = columns.map(
      (column, index) => `${keys[index]}:${plainJson(column, row[index] ?? null, options)}`,
    );
    return `{${members.join(',')}}`;
  });
  const text = `[${objects.join(',')}]`;
  if (Buffer.byteLength(text) <= formattedBytes) return text;
  const message = `The formatted result is larger than ${formattedBytes} bytes`;
  throw new DataApiError('BadRequestException', message);
}
