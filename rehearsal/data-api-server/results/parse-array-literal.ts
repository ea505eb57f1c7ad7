import { DataApiError } from '../data-api-error.ts';

const element = /"((?:[^"\\]|\\[\s\S])*)"|([^,{}"]+)/y;

/**
 * Parses PostgreSQL's text of a one-dimensional array, `{1,NULL,"a, b"}`. Returns the text of each
 * element, null for NULL.
 * @throws DataApiError for an array of more dimensions
 */
export function parseArrayLiteral(literal: string): (string | null)[] {
  // Bounds that do not begin at 1 are written first: [0:1]={1,2}
  const start = literal.indexOf('{') + 1;
  if (literal[start] === '{') {
    const message = 'The result contains a multidimensional array.';
    throw new DataApiError('UnsupportedResultException', message);
  }
  const elements: (string | null)[] = [];
  element.lastIndex = start;
  for (let match = element.exec(literal); match !== null; match = element.exec(literal)) {
    const [, quoted, bare] = match;
    if (quoted !== undefined) elements.push(quoted.replaceAll(/\\([\s\S])/g, '$1'));
    else elements.push(bare === undefined || bare === 'NULL' ? null : bare);
    element.lastIndex += 1;
  }
  return elements;
}
