import { cached } from '../bounded-cache.ts';
import type { Evaluation } from '../evaluation.ts';
import type { Json } from '../json/json.ts';
import { toCauseText } from '../json/json-depth.ts';
import { referencesUnmeasured, requireBuiltLength } from '../json/json-length.ts';
import { toJsonPath } from '../path/json-path.ts';
import { type Leniency, parsePath } from '../path/parse-path.ts';
import { Scanner } from '../scanner.ts';
import { ErrorName, StateError } from '../state-error.ts';
import { arrayFunctions } from './arrays.ts';
import { documentFunctions } from './documents.ts';
import { encodingFunctions } from './encodings.ts';
import type { IntrinsicFunction } from './intrinsic-function.ts';
import { numberFunctions } from './numbers.ts';
import { stringFunctions } from './strings.ts';

/**
 * A compiled call of an intrinsic function, such as `States.Format('{}', $.a)`. Calls are parsed by
 * hand and compiled to closures, and the known functions are a table: text of users is never
 * evaluated as code.
 */
export interface Intrinsic {
  readonly text: string;
  /** What the paths of its arguments use that is not known to work at AWS. */
  readonly leniencies: ReadonlySet<Leniency>;
  /**
   * Returns the value of the call. Throws `States.IntrinsicFailure` for invalid arguments, and
   * `States.Runtime` when the path of an argument selects nothing.
   */
  evaluate(evaluation: Evaluation): Json;
}

/** Maximum nesting of calls, as at AWS. */
const intrinsicNestingMax = 10;

const functions: ReadonlyMap<string, IntrinsicFunction> = new Map(
  [arrayFunctions, stringFunctions, documentFunctions, numberFunctions, encodingFunctions].flatMap(
    Object.entries<IntrinsicFunction>,
  ),
);

type Argument = (evaluation: Evaluation) => Json;

/** An expression that is being parsed. */
interface Parsing {
  readonly scanner: Scanner;
  readonly leniencies: Set<Leniency>;
}

/** Compiles `text`. Throws `INVALID_DEFINITION` when it is not a call of a known function. */
export const compileIntrinsic: (text: string) => Intrinsic = cached((text) => {
  const scanner = new Scanner(text);
  const leniencies = new Set<Leniency>();
  const parsing: Parsing = { scanner, leniencies };
  scanner.skipSpace();
  const call = parseCall(parsing, 1);
  scanner.skipSpace();
  if (!scanner.done) throw scanner.failure('the end of the expression');
  return {
    text,
    leniencies,
    evaluate: (evaluation) => {
      try {
        const value = call(evaluation);
        const { budget } = evaluation;
        return budget.references > referencesUnmeasured ? requireBuiltLength(value, budget) : value;
      } catch (error) {
        if (!(error instanceof StateError)) throw error;
        throw new StateError(
          error.error,
          `The function '${text}' had the following error: ${error.causeText}`,
        );
      }
    },
  };
});

function parseCall(parsing: Parsing, nesting: number): Argument {
  const { scanner } = parsing;
  if (nesting > intrinsicNestingMax) {
    throw scanner.failure(`at most ${intrinsicNestingMax} nested functions`);
  }
  const start = scanner.position;
  const name = scanner.takeWhile((character) => /[A-Za-z0-9.]/.test(character));
  const called = functions.get(name);
  if (called === undefined) {
    scanner.position = start;
    throw scanner.failure('an intrinsic function such as States.Format');
  }
  const args = parseArguments(parsing, name, nesting);
  assertArity(scanner, name, called, args.length);
  return (evaluation) => {
    const values = args.map((argument) => argument(evaluation));
    return called.apply(values, evaluation);
  };
}

function assertArity(
  scanner: Scanner,
  name: string,
  { arity: [min, max] }: IntrinsicFunction,
  count: number,
): void {
  if (count >= min && count <= max) return;
  const most = Number.isFinite(max) ? `to ${max}` : 'or more';
  throw scanner.failure(`${min === max ? min : `${min} ${most}`} arguments of ${name}`);
}

function parseArguments(parsing: Parsing, name: string, nesting: number): Argument[] {
  const { scanner } = parsing;
  const args: Argument[] = [];
  scanner.skipSpace();
  scanner.expect('(');
  scanner.skipSpace();
  while (!scanner.accept(')')) {
    if (args.length > 0) scanner.expect(',');
    scanner.skipSpace();
    // The template keeps its escapes, because Format has to distinguish `\{}` from `{}`.
    const isTemplate = name === 'States.Format' && args.length === 0;
    args.push(parseArgument(parsing, isTemplate, nesting));
    scanner.skipSpace();
  }
  return args;
}

function parseArgument(parsing: Parsing, keepEscapes: boolean, nesting: number): Argument {
  const { scanner } = parsing;
  if (scanner.next === '$') return parsePathArgument(parsing);
  if (scanner.startsWith('States.')) return parseCall(parsing, nesting + 1);
  const literal = parseLiteral(scanner, keepEscapes);
  return () => literal;
}

function parsePathArgument(parsing: Parsing): Argument {
  const { scanner, leniencies } = parsing;
  const start = scanner.position;
  const syntax = parsePath(scanner);
  for (const leniency of syntax.leniencies) leniencies.add(leniency);
  const path = toJsonPath(scanner.text.slice(start, scanner.position), syntax);
  return (evaluation) => {
    const value = path.select(evaluation);
    evaluation.budget.refer(1);
    if (value !== undefined) return value;
    throw new StateError(
      ErrorName.runtime,
      `The JsonPath argument for the field '${path.text}' could not be found in the input ` +
        `'${toCauseText(evaluation.input)}'`,
    );
  };
}

function parseLiteral(scanner: Scanner, keepEscapes: boolean): Json {
  if (scanner.accept("'")) return parseString(scanner, keepEscapes);
  const word = scanner.keyword();
  if (word !== undefined) return word;
  const number = scanner.number();
  if (number !== undefined) return number;
  throw scanner.failure(
    "a path, a string in single quotes, a number, true, false, null or a function of 'States.'",
  );
}

function parseString(scanner: Scanner, keepEscapes: boolean): string {
  let text = '';
  while (!scanner.accept("'")) {
    if (scanner.done) throw scanner.failure("the closing '");
    if (scanner.accept('\\')) {
      if (scanner.done || !"'{}\\".includes(scanner.next)) {
        throw scanner.failure("one of ' { } \\ after the \\ (write \\\\ for a backslash)");
      }
      if (keepEscapes) text += '\\';
    }
    text += scanner.next;
    scanner.position += 1;
  }
  return text;
}
