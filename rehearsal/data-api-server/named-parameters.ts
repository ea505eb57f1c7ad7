/** A statement with numbered parameters, as PostgreSQL expects it. */
export interface NumberedStatement {
  readonly sql: string;
  /** The names by number, beginning with `$1`. */
  readonly names: readonly string[];
}

/** Matches what is skipped, and at last the parameters to replace. */
const pieces = new RegExp(
  [
    /(?<![A-Za-z0-9_$])[eE]'(?:[^'\\]|\\[\s\S]|'')*'?/, // an escape string
    /'(?:[^']|'')*'?/, // a string
    /"(?:[^"]|"")*"?/, // a quoted identifier
    /--[^\n]*/, // a comment to the end of its line
    /\/\*/, // the beginning of a block comment
    /::/, // a cast
    /:(?<name>[A-Za-z0-9_]+)/, // a parameter
  ]
    .map(({ source }) => source)
    .join('|'),
  'g',
);

/**
 * Replaces each `:name` by `$1`, `$2` …, numbered by first appearance. It is done as the service
 * does, from the text alone: string literals, quoted identifiers and comments are skipped, but
 * `:name` inside `$$…$$` and `:2` in `a[1:2]` are replaced.
 */
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
