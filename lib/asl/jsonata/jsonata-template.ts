/**
 * JSONata templates: JSON in which every string of the form `{% … %}` is an expression, as in
 * `Arguments`, `Assign`, `Output` and all other fields of JSONata states. Constant parts of a
 * compiled template are shared by all results and never copied.
 */
import type { Evaluation } from '../evaluation.ts';
import { toDouble } from '../json/exact-number.ts';
import { countValues, isObject, type Json, setOwn } from '../json/json.ts';
import { toCauseText } from '../json/json-depth.ts';
import type { Template } from '../payload-template.ts';
import { ErrorName, StateError } from '../state-error.ts';
import { compileJsonata, extractJsonata } from './jsonata-expression.ts';
import { JsonataError, UnsupportedResultError } from './meter.ts';

type Fill = (evaluation: Evaluation) => Json;

/**
 * Compiles the value of `field`. Throws `INVALID_DEFINITION` for an expression with a syntax error.
 * An expression that fails or has no value throws `States.QueryEvaluationError` when it is
 * evaluated, with the field and the keys below it as location.
 */
export function compileJsonataTemplate(template: Json, field: string): Template {
  const fill = compileValue(template, field);
  if (fill === undefined) return { evaluate: () => template };
  const size = countValues(template);
  return {
    evaluate: (evaluation) => {
      const { budget } = evaluation;
      if (!budget.take(size)) throw queryError(budgetExceeded, field);
      return fill(evaluation);
    },
  };
}

const budgetExceeded = 'The expressions of the state took more work than is supported.';

/** The types that a field may require, each with its check. */
const valueTypes = {
  array: (value: Json) => Array.isArray(value),
  string: (value: Json) => typeof value === 'string',
  number: (value: Json) => toDouble(value) !== undefined,
  boolean: (value: Json) => typeof value === 'boolean',
  object: isObject,
} as const;

/** Like {@link compileJsonataTemplate}, for a field whose value must be of one type. */
export function compileTypedTemplate(
  template: Json,
  field: string,
  type: keyof typeof valueTypes,
): Template {
  const { evaluate } = compileJsonataTemplate(template, field);
  return {
    evaluate: (evaluation) => {
      const value = evaluate(evaluation);
      if (!valueTypes[type](value)) throw unexpectedTypeError(template, field, type, value);
      return value;
    },
  };
}

/** Creates the error of a field whose value is not of the required type. */
export function unexpectedTypeError(
  template: Json,
  field: string,
  type: string,
  value: Json,
): StateError {
  const text = extractJsonata(template) ?? '';
  return queryError(
    `The JSONata expression '${text}' specified for the field '${field}' returned an unexpected ` +
      `result type. Expected '${type}', but was '${typeName(value)}' for value: ${toCauseText(value)}`,
    field,
  );
}

/** Creates a `States.QueryEvaluationError`; `location` is the field. */
export function queryError(cause: string, location?: string): StateError {
  return new StateError(ErrorName.queryEvaluationError, cause, location);
}

function typeName(value: Json): string {
  if (value === null) return 'null';
  if (toDouble(value) !== undefined) return 'number';
  return Array.isArray(value) ? 'array' : typeof value;
}

/** Returns how to fill in `value`, or undefined when it is constant. */
function compileValue(value: Json, location: string): Fill | undefined {
  const text = extractJsonata(value);
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
      if (thrown instanceof UnsupportedResultError) {
        throw queryError(`${subject} returned an unsupported result type.`, location);
      }
      if (!(thrown instanceof JsonataError)) throw thrown;
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
