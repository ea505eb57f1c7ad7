import type { Scanner } from '../scanner.ts';
import { type FilterTest, parseFilter } from './parse-filter.ts';
import { pathFunctions } from './path-functions.ts';

/** One step of a path: from a value to its matches. */
export type PathStep =
  | { readonly kind: 'key'; readonly key: string }
  | { readonly kind: 'index'; readonly index: number }
  | { readonly kind: 'keys'; readonly keys: readonly string[] }
  | { readonly kind: 'indexes'; readonly indexes: readonly number[] }
  | { readonly kind: 'slice'; readonly from: number | undefined; readonly to: number | undefined }
  | { readonly kind: 'wildcard' }
  | { readonly kind: 'filter'; readonly test: FilterTest }
  /** Selects the value and all its descendants; another step follows. */
  | { readonly kind: 'descend' }
  /** A function such as `length()`; always the last step. */
  | { readonly kind: 'call'; readonly name: string };

/** A parsed path: the document it starts from, and its steps. */
export interface PathSyntax {
  readonly root: '$' | '$$' | '@' | 'variable';
  /** Name of the variable that the path starts from; otherwise empty. */
  readonly variable: string;
  readonly steps: readonly PathStep[];
}

/** Maximum number of steps in one path; Millrace's own limit. */
const stepsMax = 256;

/** Maximum nesting of filters in filters; Millrace's own limit. */
const filterDepthMax = 16;

/** Characters that end a name in dot notation: outside of filters, and inside. */
const nameEnds = new Set('.[](),\'"*? \t\r\n');
const filterNameEnds = new Set([...nameEnds, ...'=<>!&|~{}']);

/**
 * Parses the path at the cursor and leaves the cursor after it. `depth` is the number of enclosing
 * filters. The parser is written by hand: it takes linear time, bounds its recursion and never
 * generates code.
 */
export function parsePath(scanner: Scanner, depth = 0): PathSyntax {
  if (depth > filterDepthMax) throw scanner.failure(`at most ${filterDepthMax} nested filters`);
  const root = parseRoot(scanner, depth);
  const variable = root === 'variable' ? scanner.takeWhile(isNamePart) : '';
  const steps: PathStep[] = [];
  while (parseStep(scanner, steps, depth)) {
    if (steps.length > stepsMax) throw scanner.failure(`at most ${stepsMax} steps`);
    if (steps.at(-1)?.kind === 'call') break;
  }
  return { root, variable, steps };
}

function parseRoot(scanner: Scanner, depth: number): PathSyntax['root'] {
  if (depth > 0 && scanner.accept('@')) return '@';
  const root = scanner.accept('$$') ? '$$' : '$';
  if (root === '$') scanner.expect('$');
  if (!isNameStart(scanner.next)) return root;
  if (root === '$$' || depth > 0)
    throw scanner.failure("'.' or '[' (a variable is not allowed here)");
  return 'variable';
}

/** Whether the name of a variable may start with the character. */
function isNameStart(character: string): boolean {
  return /[\p{ID_Start}_]/u.test(character);
}

function isNamePart(character: string): boolean {
  return /[\p{ID_Continue}]/u.test(character);
}

function parseStep(scanner: Scanner, steps: PathStep[], depth: number): boolean {
  if (scanner.accept('..')) {
    steps.push({ kind: 'descend' });
    steps.push(scanner.accept('[') ? parseBrackets(scanner, depth) : parseName(scanner, depth));
    return true;
  }
  if (scanner.accept('.')) {
    steps.push(parseName(scanner, depth));
    return true;
  }
  if (scanner.accept('[')) {
    steps.push(parseBrackets(scanner, depth));
    return true;
  }
  return false;
}

function parseName(scanner: Scanner, depth: number): PathStep {
  if (scanner.accept('*')) return { kind: 'wildcard' };
  const ends = depth > 0 ? filterNameEnds : nameEnds;
  const key = scanner.takeWhile((character) => !ends.has(character));
  if (key === '') throw scanner.failure("a name (write other characters as ['name'])");
  if (!scanner.accept('(')) return { kind: 'key', key };
  if (!pathFunctions.has(key)) {
    throw scanner.failure(`one of the functions ${[...pathFunctions.keys()].join(', ')}`);
  }
  scanner.expect(')');
  return { kind: 'call', name: key };
}

function parseBrackets(scanner: Scanner, depth: number): PathStep {
  scanner.skipSpace();
  const step = parseBracketed(scanner, depth);
  scanner.skipSpace();
  scanner.expect(']');
  return step;
}

function parseBracketed(scanner: Scanner, depth: number): PathStep {
  if (scanner.accept('*')) return { kind: 'wildcard' };
  if (scanner.accept('?')) {
    scanner.skipSpace();
    scanner.expect('(');
    const test = parseFilter(scanner, depth + 1, parsePath);
    scanner.expect(')');
    return { kind: 'filter', test };
  }
  if (scanner.next === "'" || scanner.next === '"') return parseKeys(scanner);
  return parseIndexes(scanner);
}

function parseKeys(scanner: Scanner): PathStep {
  const keys: string[] = [];
  do {
    scanner.skipSpace();
    keys.push(scanner.quoted());
    scanner.skipSpace();
  } while (scanner.accept(','));
  const [key] = keys;
  return keys.length === 1 && key !== undefined ? { kind: 'key', key } : { kind: 'keys', keys };
}

function parseIndexes(scanner: Scanner): PathStep {
  const first = parseInteger(scanner);
  scanner.skipSpace();
  if (scanner.accept(':')) {
    scanner.skipSpace();
    return { kind: 'slice', from: first, to: parseInteger(scanner) };
  }
  if (first === undefined) throw scanner.failure("an index, a quoted name, '*', ':' or '?('");
  const indexes = [first];
  while (scanner.accept(',')) {
    scanner.skipSpace();
    const index = parseInteger(scanner);
    if (index === undefined) throw scanner.failure('an index');
    indexes.push(index);
    scanner.skipSpace();
  }
  return indexes.length === 1 ? { kind: 'index', index: first } : { kind: 'indexes', indexes };
}

function parseInteger(scanner: Scanner): number | undefined {
  const start = scanner.position;
  scanner.accept('-');
  const digits = scanner.takeWhile((character) => character >= '0' && character <= '9');
  if (digits !== '' && digits.length <= 15) {
    return Number(scanner.text.slice(start, scanner.position));
  }
  scanner.position = start;
  return undefined;
}
