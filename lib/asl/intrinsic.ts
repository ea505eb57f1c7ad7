/**
 * Calls of intrinsic functions, `States.Format('{}', $.a)`: read by a parser of our own and
 * compiled to closures. Which functions there are is data; a text of the user's is never evaluated
 * as code.
 */
import { cached } from './bounded-cache.ts';
import type { Evaluation } from './evaluation.ts';
import { arrayFunctions } from './intrinsics/arrays.ts';
import { documentFunctions } from './intrinsics/documents.ts';
import { encodingFunctions } from './intrinsics/encodings.ts';
import type { IntrinsicFunction } from './intrinsics/intrinsic-function.ts';
import { numberFunctions } from './intrinsics/numbers.ts';
import { textFunctions } from './intrinsics/texts.ts';
import type { Json } from './json/json.ts';
import { causeTextOf } from './json/json-depth.ts';
import { pathOf } from './json-path.ts';
import { parsePath } from './path/parse-path.ts';
import { Scanner } from './scanner.ts';
import { ErrorName, StateError } from './state-error.ts';

/** A compiled call. */
export interface Intrinsic {
  readonly text: string;
  /**
   * The call's value. Arguments that the function cannot take are `States.IntrinsicFailure`, an
   * argument's path that selects nothing is `States.Runtime`.
   */
  evaluate(evaluation: Evaluation): Json;
}

/** The deepest that calls may stand in calls (AWS's quota). */
const intrinsicNestingMax = 10;

const functions: ReadonlyMap<string, IntrinsicFunction> = new Map(
  [arrayFunctions, textFunctions, documentFunctions, numberFunctions, encodingFunctions].flatMap(
    Object.entries<IntrinsicFunction>,
  ),
);

type Argument = (evaluation: Evaluation) => Json;

/**
 * Compiles `text`; one that is not a call of a known function is refused with `INVALID_DEFINITION`.
 */
export const compileIntrinsic: (text: string) => Intrinsic = cached((text) => {
  const scanner = new Scanner(text);
  scanner.skipSpace();
  const call = parseCall(scanner, 1);
  scanner.skipSpace();
  if (!scanner.done) throw scanner.failure('the end of the expression');
  return {
    text,
    evaluate: (evaluation) => {
      try {
        return call(evaluation);
      } catch (problem) {
        if (!(problem instanceof StateError)) throw problem;
        throw new StateError(
          problem.error,
          `The function '${text}' had the following error: ${problem.causeText}`,
        );
      }
    },
  };
});

function parseCall(scanner: Scanner, nesting: number): Argument {
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
  const args = parseArguments(scanner, name, nesting);
  assertArity(scanner, name, called, args.length);
  return (evaluation) => {
    const values = args.map((argument) => argument(evaluation));
    return called.apply(values, evaluation.random);
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

function parseArguments(scanner: Scanner, name: string, nesting: number): Argument[] {
  const args: Argument[] = [];
  scanner.skipSpace();
  scanner.expect('(');
  scanner.skipSpace();
  while (!scanner.accept(')')) {
    if (args.length > 0) scanner.expect(',');
    scanner.skipSpace();
    // The template of Format keeps its escapes: only Format can tell `\{}` from `{}`.
    const isTemplate = name === 'States.Format' && args.length === 0;
    args.push(parseArgument(scanner, isTemplate, nesting));
    scanner.skipSpace();
  }
  return args;
}

function parseArgument(scanner: Scanner, keepEscapes: boolean, nesting: number): Argument {
  if (scanner.next === '$') return parsePathArgument(scanner);
  if (scanner.startsWith('States.')) return parseCall(scanner, nesting + 1);
  const literal = parseLiteral(scanner, keepEscapes);
  return () => literal;
}

function parsePathArgument(scanner: Scanner): Argument {
  const start = scanner.position;
  const syntax = parsePath(scanner);
  const path = pathOf(scanner.text.slice(start, scanner.position), syntax);
  return (evaluation) => {
    const value = path.select(evaluation);
    if (value !== undefined) return value;
    throw new StateError(
      ErrorName.runtime,
      `The JsonPath argument for the field '${path.text}' could not be found in the input ` +
        `'${causeTextOf(evaluation.input)}'`,
    );
  };
}

function parseLiteral(scanner: Scanner, keepEscapes: boolean): Json {
  if (scanner.accept("'")) return parseText(scanner, keepEscapes);
  const word = scanner.word();
  if (word !== undefined) return word;
  const number = scanner.number();
  if (number !== undefined) return number;
  throw scanner.failure(
    "a path, a text in single quotes, a number, true, false, null or a function of 'States.'",
  );
}

function parseText(scanner: Scanner, keepEscapes: boolean): string {
  let text = '';
  while (!scanner.accept("'")) {
    if (scanner.done) throw scanner.failure("the closing '");
    if (scanner.accept('\\')) {
      if (scanner.done || !"'{}\\".includes(scanner.next)) {
        throw scanner.failure("one of ' { } \\ after the \\ (write \\\\ for the character itself)");
      }
      if (keepEscapes) text += '\\';
    }
    text += scanner.next;
    scanner.position += 1;
  }
  return text;
}
