/** The minimum width to which a text in a table is shortened. */
const textMin = 8;

/** The space between two columns. */
const gap = 2;

/** A table as its columns are fitted: the cells of each row, in the order of the header. */
export interface FittedTable {
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/**
 * Fits a table into `columns`: columns that may be missing are left out, the first of `optional`
 * first; then the widest columns of text are shortened. Numbers always stay whole.
 * @param numeric titles of columns of numbers
 */
export function fitColumns(
  table: FittedTable,
  columns: number,
  {
    optional,
    numeric,
  }: { readonly optional: readonly string[]; readonly numeric: ReadonlySet<string> },
): FittedTable {
  let fitted = table;
  for (const title of optional) {
    if (totalOf(widthsOf(fitted)) <= columns) return fitted;
    fitted = without(fitted, title);
  }
  return shorten(fitted, columns, numeric);
}

function without({ header, rows }: FittedTable, title: string): FittedTable {
  const keep = (_: string, column: number) => header[column] !== title;
  return { header: header.filter(keep), rows: rows.map((row) => row.filter(keep)) };
}

function shorten(table: FittedTable, columns: number, numeric: ReadonlySet<string>): FittedTable {
  const widths = widthsOf(table);
  const isText = table.header.map((title) => !numeric.has(title));
  for (let over = totalOf(widths) - columns; over > 0; over -= 1) {
    const widest = Math.max(0, ...widths.filter((_, column) => isText[column]));
    if (widest <= textMin) break;
    widths[widths.findLastIndex((width, column) => isText[column] && width === widest)] =
      widest - 1;
  }
  const cut = (cells: readonly string[]) => cells.map((cell, at) => cutText(cell, widths[at] ?? 0));
  return { header: cut(table.header), rows: table.rows.map(cut) };
}

function cutText(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, width - 1)}…`;
}

function widthsOf({ header, rows }: FittedTable): number[] {
  return header.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
}

function totalOf(widths: readonly number[]): number {
  return widths.reduce((sum, width) => sum + width + gap, -gap);
}
