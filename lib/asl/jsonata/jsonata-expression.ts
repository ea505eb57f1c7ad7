import type jsonata from 'jsonata';
import { MillraceError } from '../../errors.ts';
import { cached } from '../bounded-cache.ts';
import type { Evaluation, RandomAndTime } from '../evaluation.ts';
import type { Json } from '../json/json.ts';
import { meetsExactNumbers, prepareExactOperands } from './exact-operands.ts';
import { FunctionGuard } from './function-guard.ts';
import { isFunctionName, registerFunctions } from './functions.ts';
import { guardSyntax, reservedNames, variableKey } from './guard-syntax.ts';
import { isStackOverflow, JsonataError, Meter } from './meter.ts';
import { parseJsonata } from './parse-jsonata.ts';
import { toPlainJson } from './plain-json.ts';
import { findExternalReferences, type References } from './references.ts';

/**
 * A compiled JSONata expression. An evaluation is pure, does not modify its input, and terminates:
 * its steps, depth and values are bounded. docs/decisions/engine.md explains why the library is of
 * the older, synchronous version 1.8.
 */
export interface JsonataExpression {
  /** The expression between `{%` and `%}`. */
  readonly text: string;
  /** All names that follow a `$`: variables, functions and local names. */
  readonly names: ReadonlySet<string>;
  /** What it reads from outside of the expression. */
  readonly references: References;
  /** The variables of the machine that it reads: no local names, no functions, no `$states`. */
  readonly variables: readonly string[];
  /** Returns the value, or undefined when there is none. Throws a `JsonataError` when it fails. */
  evaluate(evaluation: Evaluation): Json | undefined;
}

/** Maximum length of an expression, in characters; Millrace's own limit. */
const expressionLengthMax = 16_384;

/** Returns the expression inside of `{% … %}`, or undefined when `value` is any other value. */
export function extractJsonata(value: Json | undefined): string | undefined {
  if (typeof value !== 'string' || !value.startsWith('{%') || !value.endsWith('%}')) return;
  return value.length < 4 ? undefined : value.slice(2, -2).trim();
}

/**
 * Limits on the cache: a compiled expression takes about 150 times the memory of its text. Half of
 * them is what a definition may have.
 */
const cachedMax = 3_000;
const cachedCharsMax = 400_000;

/**
 * Compiles `text`. Throws `INVALID_DEFINITION` when it is not JSONata; the error's field `reason`
 * is the message of the parser.
 */
export const compileJsonata: (text: string) => JsonataExpression = cached(
  compile,
  cachedMax,
  cachedCharsMax,
);

function compile(text: string): JsonataExpression {
  const plain = prepare(text, false);
  let exact: Prepared | undefined;
  const { variables, references } = plain;
  return {
    text,
    names: variables,
    references,
    variables: [...variables].filter((name) => {
      return !outsideNames.has(name) && !references.bound.has(name) && !isFunctionName(name);
    }),
    evaluate: (evaluation) => {
      const bindings = createBindings(variables, evaluation);
      if (!meetsExactNumbers(variables, bindings, evaluation)) {
        return plain.evaluate(evaluation, bindings);
      }
      exact ??= prepare(text, true);
      return exact.evaluate(evaluation, bindings);
    },
  };
}

/** An expression that the library can evaluate. */
interface Prepared {
  readonly variables: ReadonlySet<string>;
  readonly references: References;
  evaluate(evaluation: Evaluation, bindings: Record<string, unknown>): Json | undefined;
}

/** @param isExact whether the documents may have exact numbers */
function prepare(text: string, isExact: boolean): Prepared {
  const expression = parse(text);
  const references = findExternalReferences(expression.ast());
  const meter = new Meter();
  const syntax = guardSyntax(expression.ast(), meter);
  const { variables, called, bodies, problem } = syntax;
  if (problem !== undefined) throw syntaxError(text, `expected ${problem}`);
  if (isExact) prepareExactOperands(expression.ast());
  let current: Evaluation | undefined;
  // A definition is validated more often than all of its expressions are evaluated.
  let isRegistered = false;
  const register = (): void => {
    const source = (): RandomAndTime => current ?? noSource;
    const guard = new FunctionGuard(called);
    registerFunctions(expression, syntax, meter, guard, source, isExact);
    expression.assign(reservedNames.enter, (node: unknown) => meter.enter(bodies.has(node)));
    expression.assign(reservedNames.leave, createLeaveHook(meter, guard));
    isRegistered = true;
  };
  return {
    variables,
    references,
    evaluate: (evaluation, bindings) => {
      if (!isRegistered) register();
      meter.reset(evaluation.budget);
      current = evaluation;
      try {
        return toPlainJson(expression.evaluate(null, bindings), meter);
      } catch (thrown) {
        throw toJsonataError(thrown);
      } finally {
        current = undefined;
      }
    },
  };
}

/** `$`, `$$` and `$states`, which cannot be assigned. */
const outsideNames: ReadonlySet<string> = new Set(['', '$', 'states']);

const noSource: RandomAndTime = { random: () => 0, now: () => 0 };

function parse(text: string): jsonata.Expression {
  if (text.length > expressionLengthMax) {
    throw syntaxError(text, `expected an expression of at most ${expressionLengthMax} characters`);
  }
  try {
    return parseJsonata(text);
  } catch (thrown) {
    throw syntaxError(text, toJsonataError(thrown).message);
  }
}

/** Creates the hook that the library calls with the value of every node. */
function createLeaveHook(meter: Meter, guard: FunctionGuard) {
  return (node: unknown, _input: unknown, _environment: unknown, value: unknown): void => {
    meter.leave();
    meter.chargeValue(value);
    guard.check(node, value);
  };
}

function createBindings(
  names: ReadonlySet<string>,
  evaluation: Evaluation,
): Record<string, unknown> {
  const bindings: Record<string, unknown> = {};
  for (const name of names) {
    if (name === 'states') bindings[name] = createStatesVariable(evaluation);
    else {
      const value = name === '' ? undefined : evaluation.variable(name);
      if (value !== undefined) bindings[variableKey(name)] = value;
    }
  }
  return bindings;
}

/** Creates `$states`. The context object is built on first use. */
function createStatesVariable(evaluation: Evaluation): object {
  const { input, result, errorOutput, context } = evaluation;
  return {
    input,
    ...(result === undefined ? {} : { result }),
    ...(errorOutput === undefined ? {} : { errorOutput }),
    get context() {
      return context();
    },
  };
}

/**
 * Converts any error of the library, including a stack overflow. The text of an error of the
 * JavaScript engine is not shown: it tells nothing about the expression.
 */
function toJsonataError(thrown: unknown): JsonataError {
  if (thrown instanceof JsonataError) return thrown;
  if (typeof thrown !== 'object' || thrown === null)
    return new JsonataError('D3137', String(thrown));
  if (isStackOverflow(thrown)) {
    return new JsonataError(
      'U1001',
      'Stack overflow error: the evaluation exceeds the depth of the call stack',
    );
  }
  const { code, message } = thrown as { code?: unknown; message?: unknown };
  if (typeof code !== 'string') return new JsonataError('U1001', 'The evaluation failed');
  return new JsonataError(code, typeof message === 'string' ? message : 'The evaluation failed');
}

function syntaxError(text: string, reason: string): MillraceError {
  const shown = text.length > 200 ? `${text.slice(0, 200)}…` : text;
  return new MillraceError('INVALID_DEFINITION', `cannot read the JSONata ${shown}: ${reason}`, {
    fields: { expression: shown, reason },
  });
}
