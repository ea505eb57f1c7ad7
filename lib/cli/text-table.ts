/** Tables and times as text. */
import { plainText } from '../asl/plain-text.ts';
import { type FittedTable, fitColumns } from './terminal/fit-columns.ts';
import { paintStatus } from './terminal/paint.ts';
import { plainLook, type TableLook } from './terminal/table-look.ts';

/** How a table is shown, and which of its columns may be missing. */
export interface TableOptions {
  /** @default whole, and without colours */
  readonly look?: TableLook;
  /** Titles of columns that a narrow terminal does without, the first one first. @default none */
  readonly optional?: readonly string[];
}

/** Titles of columns whose cells say how something is, and have its colour. */
const statusTitles: ReadonlySet<string> = new Set(['status', 'state']);

/**
 * Formats a table with a header; a column of numbers is aligned to the right. On a terminal it has
 * colours, and is made to fit.
 */
export function textTable(
  header: readonly string[],
  rows: readonly (readonly (string | number | null)[])[],
  { look = plainLook, optional = [] }: TableOptions = {},
): string[] {
  const cells = rows.map((row) =>
    row.map((cell) => (cell === null ? '–' : plainText(String(cell)))),
  );
  const numeric = new Set(
    header.filter((_, column) =>
      rows.every((row) => typeof row[column] === 'number' || row[column] === null),
    ),
  );
  const whole = { header, rows: cells };
  const { columns } = look;
  return formatTable(
    columns === undefined ? whole : fitColumns(whole, columns, { optional, numeric }),
    numeric,
    look,
  );
}

function formatTable(
  { header, rows }: FittedTable,
  numeric: ReadonlySet<string>,
  { paint }: TableLook,
): string[] {
  const widths = header.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (row: readonly string[], paintCell: (title: string, cell: string) => string) =>
    row
      .map((cell, column) => {
        const title = header[column] ?? '';
        const space = ' '.repeat((widths[column] ?? 0) - cell.length);
        const painted = paintCell(title, cell);
        return numeric.has(title) && rows.length > 0 ? space + painted : painted + space;
      })
      .join('  ')
      .trimEnd();
  return [
    line(header, (_, title) => paint('dim', title)),
    ...rows.map((row) =>
      line(row, (title, cell) => (statusTitles.has(title) ? paintStatus(paint, cell) : cell)),
    ),
  ];
}

/** Formats a time to the second, in UTC. */
export function momentText(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString().replace('T', ' ').slice(0, 19);
}
