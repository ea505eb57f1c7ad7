import type { Scanner } from '../scanner.ts';
import { type FilterTest, parseFilter } from './parse-filter.ts';
import { pathFunctions } from './path-functions.ts';

/** One step of a path: from a value to its matches. */
export type PathStep =
  | { readonly kind: 'key'; readonly key: string }
  | { readonly kind: 'index'; readonly index: number }
  /** Selects the item that stands `offset` places before the end, as in `[(@.length-1)]`. */
  | { readonly kind: 'fromEnd'; readonly offset: number }
  /** Selects an object of those of the fields that exist; always the last step. */
  | { readonly kind: 'keys'; readonly keys: readonly string[] }
  | { readonly kind: 'indexes'; readonly indexes: readonly number[] }
  | { readonly kind: 'slice'; readonly from: number | undefined; readonly to: number | undefined }
  | { readonly kind: 'wildcard' }
  | { readonly kind: 'filter'; readonly test: FilterTest }
  /** Selects the value and all its descendants; another step follows. */
  | { readonly kind: 'descend' }
  /** A function such as `length()`; always the last step. */
  | { readonly kind: 'call'; readonly name: string };

/** What a path uses that works here and is not known to work at AWS. */
export type Leniency = 'a negative index' | 'a function' | 'a filter of values that are no objects';

/** A parsed path: the document it starts from, and its steps. */
export interface PathSyntax {
  readonly root: '$' | '$$' | '@' | 'variable';
  /** Name of the variable that the path starts from; otherwise empty. */
  readonly variable: string;
  readonly steps: readonly PathStep[];
  /** What the path and its filters use beyond AWS. */
  readonly leniencies: ReadonlySet<Leniency>;
}

/** Maximum number of steps in one path; Millrace's own limit. */
const stepsMax = 256;

/** Maximum nesting of filters in filters; Millrace's own limit. */
const filterDepthMax = 16;

/** Characters that end a name in dot notation: outside of filters, and inside. */
const nameEnds = new Set('.[](),\'"*? \t\r\n');
const filterNameEnds = new Set([...nameEnds, ...'=<>!&|~{}']);

/** A path that is being parsed. */
interface Parsing {
  readonly scanner: Scanner;
  /** The number of enclosing filters. */
  readonly depth: number;
  readonly leniencies: Set<Leniency>;
}

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
  const leniencies = new Set<Leniency>();
  const parsing = { scanner, depth, leniencies };
  while (parseStep(parsing, steps)) {
    if (steps.length > stepsMax) throw scanner.failure(`at most ${stepsMax} steps`);
    if (steps.at(-1)?.kind === 'call') break;
  }
  return { root, variable, steps, leniencies };
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

function parseStep(parsing: Parsing, steps: PathStep[]): boolean {
  const { scanner } = parsing;
  if (scanner.accept('..')) {
    steps.push({ kind: 'descend' });
    steps.push(scanner.accept('[') ? parseBrackets(parsing) : parseName(parsing));
    return true;
  }
  // A dot before a bracket means nothing, as in `$.items.[0]`.
  if (scanner.accept('.[') || scanner.accept('[')) {
    steps.push(parseBrackets(parsing));
    return true;
  }
  if (scanner.accept('.')) {
    steps.push(parseName(parsing));
    return true;
  }
  return false;
}

function parseName({ scanner, depth, leniencies }: Parsing): PathStep {
  if (scanner.accept('*')) return { kind: 'wildcard' };
  const ends = depth > 0 ? filterNameEnds : nameEnds;
  const key = scanner.takeWhile((character) => !ends.has(character));
  if (key === '') throw scanner.failure("a name (write other characters as ['name'])");
  if (!scanner.accept('(')) return { kind: 'key', key };
  if (!pathFunctions.has(key)) {
    throw scanner.failure(`one of the functions ${[...pathFunctions.keys()].join(', ')}`);
  }
  scanner.expect(')');
  leniencies.add('a function');
  return { kind: 'call', name: key };
}

function parseBrackets(parsing: Parsing): PathStep {
  const { scanner } = parsing;
  scanner.skipSpace();
  const step = parseBracketed(parsing);
  scanner.skipSpace();
  scanner.expect(']');
  return step;
}

function parseBracketed(parsing: Parsing): PathStep {
  const { scanner } = parsing;
  if (scanner.accept('*')) return { kind: 'wildcard' };
  if (scanner.accept('?')) return parseFilterStep(parsing);
  if (scanner.accept('(')) return parseFromEnd(scanner);
  if (scanner.next === "'" || scanner.next === '"') return parseKeys(scanner);
  return parseIndexes(parsing);
}

function parseFilterStep({ scanner, depth, leniencies }: Parsing): PathStep {
  scanner.skipSpace();
  scanner.expect('(');
  const filter = parseFilter(scanner, depth + 1, parsePath);
  scanner.expect(')');
  for (const leniency of filter.leniencies) leniencies.add(leniency);
  return { kind: 'filter', test: filter.test };
}

/** Parses `(@.length-1)`, the last item; the parenthesis is accepted. */
function parseFromEnd(scanner: Scanner): PathStep {
  for (const token of ['@.length', '-']) {
    scanner.skipSpace();
    scanner.expect(token);
  }
  scanner.skipSpace();
  const offset = parseInteger(scanner);
  if (offset === undefined || offset < 0) throw scanner.failure('a number of items');
  scanner.skipSpace();
  scanner.expect(')');
  return { kind: 'fromEnd', offset };
}

function parseKeys(scanner: Scanner): PathStep {
  const keys: string[] = [];
  do {
    scanner.skipSpace();
    keys.push(scanner.quotedName());
    scanner.skipSpace();
  } while (scanner.accept(','));
  const [key] = keys;
  return keys.length === 1 && key !== undefined ? { kind: 'key', key } : { kind: 'keys', keys };
}

function parseIndexes({ scanner, leniencies }: Parsing): PathStep {
  const first = parseInteger(scanner);
  scanner.skipSpace();
  if (scanner.accept(':')) {
    scanner.skipSpace();
    return { kind: 'slice', from: first, to: parseInteger(scanner) };
  }
  if (first === undefined) {
    throw scanner.failure("an index, a quoted name, '*', ':', '?(' or '(@.length-1)'");
  }
  const indexes = [first];
  while (scanner.accept(',')) {
    scanner.skipSpace();
    const index = parseInteger(scanner);
    if (index === undefined) throw scanner.failure('an index');
    indexes.push(index);
    scanner.skipSpace();
  }
  if (indexes.some((index) => index < 0)) leniencies.add('a negative index');
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
