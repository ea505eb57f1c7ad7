/**
 * Payload templates (`Parameters`, `ResultSelector`, `ItemSelector`): JSON in which the value of a
 * key that ends in `.$` is a path or a call of an intrinsic function. Constant parts of a compiled
 * template are shared by all results and never copied.
 */
import { MillraceError } from '../errors.ts';
import type { Evaluation } from './evaluation.ts';
import { compileExpression } from './expression.ts';
import { countValues, isObject, type Json, type JsonObject, setOwn } from './json/json.ts';
import { referencesUnmeasured, requireBuiltLength } from './json/json-length.ts';

/** A compiled template. */
export interface Template {
  /**
   * Returns the template with all expressions replaced by their values; fails like `Expression`.
   */
  evaluate(evaluation: Evaluation): Json;
}

type Fill = (evaluation: Evaluation) => Json;

/** Compiles `template`. Throws `INVALID_DEFINITION` for a `.$` key that has no expression. */
export function compileTemplate(template: Json): Template {
  const fill = compileValue(template);
  if (fill === undefined) return { evaluate: () => template };
  const size = countValues(template);
  return {
    evaluate: (evaluation) => {
      const { budget } = evaluation;
      budget.spend(size);
      const value = fill(evaluation);
      return budget.references > referencesUnmeasured ? requireBuiltLength(value, budget) : value;
    },
  };
}

/** Returns how to fill in `value`, or undefined when it is constant. */
function compileValue(value: Json): Fill | undefined {
  if (Array.isArray(value)) return compileArray(value);
  return isObject(value) ? compileObject(value) : undefined;
}

function compileArray(items: readonly Json[]): Fill | undefined {
  const fills = items.map(compileValue);
  if (fills.every((fill) => fill === undefined)) return undefined;
  return (evaluation) =>
    items.map((item, index) => {
      const fill = fills[index];
      return fill === undefined ? item : fill(evaluation);
    });
}

interface Field {
  readonly key: string;
  readonly value: Json;
  readonly fill: Fill | undefined;
}

function compileObject(object: JsonObject): Fill | undefined {
  const fields = Object.entries(object).map(([key, value]) => compileField(key, value));
  if (fields.every(({ fill }) => fill === undefined)) return undefined;
  return (evaluation) => {
    const filled: Record<string, Json> = {};
    for (const { key, value, fill } of fields) {
      setOwn(filled, key, fill === undefined ? value : fill(evaluation));
    }
    return filled;
  };
}

function compileField(key: string, value: Json): Field {
  if (!key.endsWith('.$')) return { key, value, fill: compileValue(value) };
  if (typeof value !== 'string') {
    throw new MillraceError(
      'INVALID_DEFINITION',
      `expected a path or an intrinsic function as the value of '${key}', found ${JSON.stringify(value)}`,
    );
  }
  const { evaluate } = compileExpression(value, key);
  return { key: key.slice(0, -2), value, fill: evaluate };
}
