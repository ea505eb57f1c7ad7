/** Writes the rows of a batch as text, page by page, and can go on where an earlier call ended. */
import type { BatchItemResult } from '../../ports/store/batch-queries.ts';
import { findColumns, type ResultColumns, toCsvHead, toCsvRow } from './result-columns.ts';
import type { ResultFormat } from './result-format.ts';
import { toJsonRow } from './result-rows.ts';

/** What a file that is written so far depends on; plain JSON. */
export interface FormatState {
  /** The number of rows. */
  readonly items: number;
  /** The columns of a CSV file; null before its first row, and for other formats. */
  readonly columns: ResultColumns | null;
}

/** Nothing is written yet. */
export const newFormat: FormatState = Object.freeze({ items: 0, columns: null });

/** A piece of a file. */
export interface FormattedPiece {
  readonly text: string;
  readonly state: FormatState;
}

/** Returns the text of further rows. For the first rows it includes the beginning of the file. */
export function formatRows(
  format: ResultFormat,
  rows: readonly BatchItemResult[],
  { items, columns }: FormatState,
): FormattedPiece {
  const after = items + rows.length;
  switch (format) {
    case 'jsonl': {
      const text = rows.map((row) => `${toJsonRow(row)}\n`).join('');
      return { text, state: { items: after, columns } };
    }
    case 'json': {
      const lines = rows.map((row, at) => `${items + at === 0 ? '[\n' : ',\n'}${toJsonRow(row)}`);
      return { text: lines.join(''), state: { items: after, columns } };
    }
    case 'csv': {
      const known = columns ?? findColumns(rows);
      const head = columns === null ? toCsvHead(known) : '';
      const text = head + rows.map((row) => toCsvRow(row, known)).join('');
      return { text, state: { items: after, columns: known } };
    }
  }
}

/** Returns the end of a file. */
export function formatEnd(format: ResultFormat, { items, columns }: FormatState): string {
  if (format === 'json') return items === 0 ? '[]\n' : '\n]\n';
  if (format === 'csv' && columns === null) return toCsvHead({ input: [], output: [] });
  return '';
}
