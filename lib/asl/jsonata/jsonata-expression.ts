/**
 * JSONata expressions, compiled once and evaluated often. An evaluation is pure, changes nothing it
 * is given, and ends: its steps, its depth and its values are bounded. See docs/architecture.md for
 * why the library is of the older, synchronous line.
 */
import jsonata from 'jsonata';
import { MillraceError } from '../../errors.ts';
import { cached } from '../bounded-cache.ts';
import type { Evaluation } from '../evaluation.ts';
import type { Json } from '../json/json.ts';
import { BoundedRegex } from './bounded-regex.ts';
import { FunctionGuard } from './function-guard.ts';
import { type Chance, giveFunctions, isFunctionName } from './functions.ts';
import { guardSyntax, reservedNames, variableKey } from './guard-syntax.ts';
import { JsonataFault, Meter } from './meter.ts';
import { plainJson } from './plain-json.ts';
import { type References, referencesIn } from './references.ts';

/** A compiled expression. */
export interface JsonataExpression {
  /** The expression between `{%` and `%}`. */
  readonly text: string;
  /** The names that follow a `$` in it: variables, functions, its own. */
  readonly names: ReadonlySet<string>;
  /** What it reads from outside. */
  readonly references: References;
  /** The variables of the machine that it reads: neither its own, nor functions, nor `$states`. */
  readonly variables: readonly string[];
  /** The value, undefined when there is none. Throws a `JsonataFault` when it fails. */
  evaluate(evaluation: Evaluation): Json | undefined;
}

/** The longest expression that is parsed, in characters (ours). */
const expressionLengthMax = 16_384;

/** The expression inside `{% … %}`; undefined when `value` is a text of another kind. */
export function jsonataIn(value: Json | undefined): string | undefined {
  if (typeof value !== 'string' || !value.startsWith('{%') || !value.endsWith('%}')) return;
  return value.length < 4 ? undefined : value.slice(2, -2).trim();
}

/**
 * Compiles `text`; one that is not JSONata is refused with `INVALID_DEFINITION`, and `reason` among
 * its fields is the parser's own sentence.
 */
export const compileJsonata: (text: string) => JsonataExpression = cached((text) => {
  const expression = parse(text);
  const references = referencesIn(expression.ast());
  const { variables, called, problem } = guardSyntax(expression.ast());
  if (problem !== undefined) throw refusal(text, `expected ${problem}`);
  const meter = new Meter();
  let current: Evaluation | undefined;
  const chance = (): Chance => current ?? noChance;
  const guard = new FunctionGuard(called);
  giveFunctions(expression, variables, meter, guard, chance);
  expression.assign(reservedNames.enter, () => meter.enter());
  expression.assign(reservedNames.leave, leaveOf(meter, guard));
  return {
    text,
    names: variables,
    references,
    variables: [...variables].filter((name) => {
      return !outsideNames.has(name) && !references.bound.has(name) && !isFunctionName(name);
    }),
    evaluate: (evaluation) => {
      meter.reset();
      current = evaluation;
      try {
        return plainJson(expression.evaluate(null, bindingsOf(variables, evaluation)));
      } catch (thrown) {
        throw faultOf(thrown);
      } finally {
        current = undefined;
      }
    },
  };
});

/** `$`, `$$` and `$states`, which nobody assigns. */
const outsideNames: ReadonlySet<string> = new Set(['', '$', 'states']);

const noChance: Chance = { random: () => 0, now: () => 0 };

function parse(text: string): jsonata.Expression {
  if (text.length > expressionLengthMax) {
    throw refusal(text, `expected an expression of at most ${expressionLengthMax} characters`);
  }
  try {
    const options = { RegexEngine: BoundedRegex };
    // the types of this line of the library know no options
    return Reflect.apply(jsonata, undefined, [text, options]);
  } catch (thrown) {
    throw refusal(text, faultOf(thrown).message);
  }
}

/** What is done with the value of every part of an expression. */
function leaveOf(meter: Meter, guard: FunctionGuard) {
  return (part: unknown, _input: unknown, _environment: unknown, value: unknown): void => {
    meter.leave();
    meter.weigh(value);
    guard.check(part, value);
  };
}

function bindingsOf(
  names: ReadonlySet<string>,
  evaluation: Evaluation,
): Record<string, unknown> | undefined {
  const bindings: Record<string, unknown> = {};
  for (const name of names) {
    if (name === 'states') bindings[name] = statesOf(evaluation);
    else {
      const value = name === '' ? undefined : evaluation.variable(name);
      if (value !== undefined) bindings[variableKey(name)] = value;
    }
  }
  return bindings;
}

/** `$states`; the context object is built when it is asked for. */
function statesOf(evaluation: Evaluation): object {
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

/** Whatever the library throws, as one kind of error; the stack's own end counts as too deep. */
function faultOf(thrown: unknown): JsonataFault {
  if (thrown instanceof JsonataFault) return thrown;
  if (typeof thrown !== 'object' || thrown === null)
    return new JsonataFault('D3137', String(thrown));
  const { code, message } = thrown as { code?: unknown; message?: unknown };
  return new JsonataFault(
    typeof code === 'string' ? code : 'U1001',
    typeof message === 'string' ? message : 'the evaluation failed',
  );
}

function refusal(text: string, reason: string): MillraceError {
  const shown = text.length > 200 ? `${text.slice(0, 200)}…` : text;
  return new MillraceError('INVALID_DEFINITION', `cannot read the JSONata ${shown}: ${reason}`, {
    fields: { expression: shown, reason },
  });
}
