/**
 * JSON in which every text of the form `{% … %}` is a JSONata expression: what `Arguments`,
 * `Assign`, `Output` and every other field of a JSONata state take. Compiled once; what is constant
 * is shared by every result and never copied.
 */
import type { Evaluation } from '../evaluation.ts';
import { isObject, type Json, setOwn } from '../json/json.ts';
import type { Template } from '../payload-template.ts';
import { ErrorName, StateError } from '../state-error.ts';
import { compileJsonata, jsonataIn } from './jsonata-expression.ts';
import { JsonataFault } from './meter.ts';

type Fill = (evaluation: Evaluation) => Json;

/**
 * Compiles the value of `field`. An expression that fails, or has no value, is
 * `States.QueryEvaluationError`, located by the field and the keys below it. One that cannot be
 * read is refused with `INVALID_DEFINITION`.
 */
export function compileJsonataTemplate(template: Json, field: string): Template {
  const fill = compileValue(template, field);
  return { evaluate: fill ?? (() => template) };
}

/** The kinds of value that a field may ask for, and how each is told. */
const kinds = {
  array: (value: Json) => Array.isArray(value),
  string: (value: Json) => typeof value === 'string',
  number: (value: Json) => typeof value === 'number',
  boolean: (value: Json) => typeof value === 'boolean',
  object: isObject,
} as const;

/** As {@link compileJsonataTemplate}, for a field that takes a value of one kind. */
export function requireKind(template: Json, field: string, kind: keyof typeof kinds): Template {
  const { evaluate } = compileJsonataTemplate(template, field);
  return {
    evaluate: (evaluation) => {
      const value = evaluate(evaluation);
      if (!kinds[kind](value)) throw unexpectedKind(template, field, kind, value);
      return value;
    },
  };
}

/** The failure of a field whose value is not of the kind it must have. */
export function unexpectedKind(
  template: Json,
  field: string,
  kind: string,
  value: Json,
): StateError {
  const text = jsonataIn(template) ?? '';
  return queryError(
    `The JSONata expression '${text}' specified for the field '${field}' returned an unexpected ` +
      `result type. Expected '${kind}', but was '${kindOf(value)}' for value: ${JSON.stringify(value)}`,
    field,
  );
}

/** `States.QueryEvaluationError`, located by the field. */
export function queryError(cause: string, location?: string): StateError {
  return new StateError(ErrorName.queryEvaluationError, cause, location);
}

function kindOf(value: Json): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

/** How to fill `value` in; undefined when it is constant. */
function compileValue(value: Json, location: string): Fill | undefined {
  const text = jsonataIn(value);
  if (text !== undefined) return compileText(text, location);
  if (Array.isArray(value)) return compileArray(value, location);
  if (!isObject(value)) return undefined;
  const fields = Object.entries(value).map(([key, item]) => {
    return { key, value: item, fill: compileValue(item, `${location}/${key}`) };
  });
  if (fields.every(({ fill }) => fill === undefined)) return undefined;
  return (evaluation) => {
    const filled: Record<string, Json> = {};
    for (const { key, value: constant, fill } of fields) {
      setOwn(filled, key, fill === undefined ? constant : fill(evaluation));
    }
    return filled;
  };
}

function compileArray(items: readonly Json[], location: string): Fill | undefined {
  const fills = items.map((item, index) => compileValue(item, `${location}[${index}]`));
  if (fills.every((fill) => fill === undefined)) return undefined;
  return (evaluation) => items.map((item, index) => fills[index]?.(evaluation) ?? item);
}

function compileText(text: string, location: string): Fill {
  const expression = compileJsonata(text);
  const subject = `The JSONata expression '${text}' specified for the field '${location}'`;
  return (evaluation) => {
    let value: Json | undefined;
    try {
      value = expression.evaluate(evaluation);
    } catch (thrown) {
      if (!(thrown instanceof JsonataFault)) throw thrown;
      const { code, message } = thrown;
      throw queryError(
        `${subject} threw an error during evaluation. ${code}: ${message}`,
        location,
      );
    }
    if (value === undefined) throw queryError(`${subject} returned nothing (undefined).`, location);
    return value;
  };
}
