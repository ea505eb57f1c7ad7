/**
 * `:name` made `$1`, as the service does it: by the look of the text. Literals, quoted identifiers
 * and comments are left alone. Dollar quotes and array slices are not known to it: `:name` inside
 * `$$…$$` and `:2` in `a[1:2]` count as parameters, there as here.
 */

/** A statement as the database wants it. */
export interface NumberedStatement {
  readonly sql: string;
  /** The names in the order of their numbers; `$1` is the first. */
  readonly names: readonly string[];
}

/** What is skipped whole, and at last what is replaced. */
const pieces = new RegExp(
  [
    /(?<![A-Za-z0-9_$])[eE]'(?:[^'\\]|\\[\s\S]|'')*'?/, // an escape string
    /'(?:[^']|'')*'?/, // a string
    /"(?:[^"]|"")*"?/, // a quoted identifier
    /--[^\n]*/, // a comment to the end of its line
    /\/\*/, // the begin of a block comment
    /::/, // a cast
    /:(?<name>[A-Za-z0-9_]+)/, // a parameter
  ]
    .map(({ source }) => source)
    .join('|'),
  'g',
);

/** Numbers the names of a statement by first appearance. */
export function numberParameters(text: string): NumberedStatement {
  const names: string[] = [];
  let sql = '';
  let copied = 0;
  pieces.lastIndex = 0;
  for (let match = pieces.exec(text); match !== null; match = pieces.exec(text)) {
    const name = match.groups?.name;
    if (match[0] === '/*') pieces.lastIndex = endOfComment(text, match.index);
    if (name === undefined) continue;
    if (!names.includes(name)) names.push(name);
    sql += `${text.slice(copied, match.index)}$${names.indexOf(name) + 1}`;
    copied = pieces.lastIndex;
  }
  return { sql: sql + text.slice(copied), names };
}

/** Block comments nest. */
function endOfComment(text: string, start: number): number {
  const marks = /\/\*|\*\//g;
  marks.lastIndex = start;
  let depth = 0;
  for (let mark = marks.exec(text); mark !== null; mark = marks.exec(text)) {
    depth += mark[0] === '/*' ? 1 : -1;
    if (depth === 0) return marks.lastIndex;
  }
  return text.length;
}
