import type { Budget } from '../budget.ts';
import type { Json } from '../json/json.ts';
import { Scanner } from '../scanner.ts';
import { compare, type FilterOperator, filterOperators } from './filter-operators.ts';
import type { Leniency, PathSyntax } from './parse-path.ts';
import { findMisplacedKeys, isDefinite, selectSteps } from './select-steps.ts';

/** Tests `current`, the value of `@`. `document` is the value of `$`. */
export type FilterTest = (current: Json, document: Json, budget: Budget) => boolean;

type Operand = (current: Json, document: Json, budget: Budget) => Json | undefined;
type ParsePath = (scanner: Scanner, depth: number) => PathSyntax;

/** Maximum nesting of parentheses, negations and lists in one filter; Millrace's own limit. */
const conditionDepthMax = 32;

/** A parsed condition of a filter step. */
export interface Filter {
  readonly test: FilterTest;
  /** What it uses beyond AWS. */
  readonly leniencies: ReadonlySet<Leniency>;
}

/**
 * Parses the condition of a filter step, `[?(…)]`, at the cursor. Operands are compared by type and
 * value, never coerced. Regular expressions (`=~`) are rejected, because they can take exponential
 * time. `parsePath` parses the paths in the condition at the filter depth `depth`.
 */
export function parseFilter(scanner: Scanner, depth: number, parsePath: ParsePath): Filter {
  const leniencies = new Set<Leniency>();
  const test = parseAlternatives({ scanner, depth, parsePath, nesting: 0, leniencies });
  return { test, leniencies };
}

interface Parsing {
  readonly scanner: Scanner;
  readonly depth: number;
  readonly parsePath: ParsePath;
  readonly nesting: number;
  readonly leniencies: Set<Leniency>;
}

function parseAlternatives(parsing: Parsing): FilterTest {
  const tests = parseOperands(parsing, '||', parseConjunction);
  const [only] = tests;
  if (tests.length === 1 && only !== undefined) return only;
  return (current, document, budget) => tests.some((test) => test(current, document, budget));
}

function parseConjunction(parsing: Parsing): FilterTest {
  const tests = parseOperands(parsing, '&&', parseTest);
  const [only] = tests;
  if (tests.length === 1 && only !== undefined) return only;
  return (current, document, budget) => tests.every((test) => test(current, document, budget));
}

function parseOperands(
  parsing: Parsing,
  operator: string,
  parseOne: (parsing: Parsing) => FilterTest,
): FilterTest[] {
  const tests: FilterTest[] = [];
  do {
    tests.push(parseOne(parsing));
    parsing.scanner.skipSpace();
  } while (parsing.scanner.accept(operator));
  return tests;
}

function parseTest(parsing: Parsing): FilterTest {
  const { scanner, nesting } = parsing;
  if (nesting > conditionDepthMax) {
    throw scanner.failure(`at most ${conditionDepthMax} nested conditions`);
  }
  scanner.skipSpace();
  const inner = { ...parsing, nesting: nesting + 1 };
  if (scanner.next === '!' && !scanner.startsWith('!=')) {
    scanner.accept('!');
    const test = parseTest(inner);
    return (current, document, budget) => !test(current, document, budget);
  }
  if (scanner.accept('(')) {
    const test = parseAlternatives(inner);
    scanner.expect(')');
    return test;
  }
  return parseComparison(parsing);
}

function parseComparison(parsing: Parsing): FilterTest {
  const { scanner } = parsing;
  const isPath = scanner.next === '@' || scanner.next === '$';
  const left = parseOperand(parsing, true);
  scanner.skipSpace();
  const operator = parseOperator(scanner);
  if (operator === undefined) {
    if (!isPath) throw scanner.failure('an operator such as ==');
    return (current, document, budget) => left(current, document, budget) !== undefined;
  }
  scanner.skipSpace();
  const right = parseOperand(parsing, false);
  return (current, document, budget) => {
    const [first, second] = [left(current, document, budget), right(current, document, budget)];
    return compare(operator, first, second, budget);
  };
}

function parseOperator(scanner: Scanner): FilterOperator | undefined {
  if (scanner.startsWith('=~')) {
    throw scanner.failure('an operator other than =~ (regular expressions are not supported)');
  }
  return filterOperators.find((operator) => scanner.accept(operator));
}

/**
 * Parses a path or a literal. When it may be a test for existence, a path without matches is
 * undefined even if it is not definite.
 */
function parseOperand(parsing: Parsing, mayTestExistence: boolean): Operand {
  const { scanner } = parsing;
  if (scanner.next === '@' || scanner.next === '$') {
    return parsePathOperand(parsing, mayTestExistence);
  }
  const literal = parseLiteral(scanner, 0);
  return () => literal;
}

function parsePathOperand(parsing: Parsing, mayTestExistence: boolean): Operand {
  const { scanner, depth, parsePath, leniencies } = parsing;
  const { root, steps, leniencies: more } = parsePath(scanner, depth);
  if (root === '$$') throw scanner.failure("'@' or '$' (a filter cannot see the context object)");
  if (findMisplacedKeys(steps) !== -1) {
    throw scanner.failure('several names only in the last step of a path');
  }
  for (const leniency of more) leniencies.add(leniency);
  if (root === '@' && steps.length === 0) {
    leniencies.add('a filter of values that are no objects');
  }
  const definite = isDefinite(steps);
  return (current, document, budget) => {
    budget.spend(steps.length);
    const found = selectSteps(steps, root === '@' ? current : document, document, budget);
    return definite || !mayTestExistence || !Array.isArray(found) || found.length > 0
      ? found
      : undefined;
  };
}

/** Characters that end a text without quotes. */
const wordEnds = new Set('=<>!&|()[]{},\'"~ \t\r\n');

/** Parses a literal; any other text without quotes is a string, as at AWS. */
function parseLiteral(scanner: Scanner, nesting: number): Json {
  if (scanner.next === "'" || scanner.next === '"') return scanner.quoted();
  if (nesting < conditionDepthMax && scanner.accept('[')) return parseList(scanner, nesting + 1);
  const word = scanner.takeWhile((character) => !wordEnds.has(character));
  if (word === '') {
    throw scanner.failure("a path ('@' or '$'), a string, a number, true, false, null or '['");
  }
  return toLiteral(word);
}

function toLiteral(word: string): Json {
  const scanner = new Scanner(word);
  const value = scanner.keyword() ?? scanner.number();
  return scanner.done && (value !== undefined || word === 'null') ? (value ?? null) : word;
}

function parseList(scanner: Scanner, nesting: number): Json {
  const items: Json[] = [];
  scanner.skipSpace();
  while (!scanner.accept(']')) {
    if (items.length > 0) scanner.expect(',');
    scanner.skipSpace();
    items.push(parseLiteral(scanner, nesting));
    scanner.skipSpace();
  }
  return items;
}
