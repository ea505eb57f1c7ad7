/** Checks of values that may hold JSONata: each expression is compiled as it will be. */
import { isObject, type Json } from '../json.ts';
import { compileJsonata, jsonataIn } from '../jsonata/jsonata-expression.ts';
import { problemOf } from './expression-checks.ts';
import { refuse } from './field-checks.ts';
import type { Check, Place } from './field-table.ts';
import { below } from './report.ts';

/** Takes any JSON whose texts of the form `{% … %}` are expressions. */
export const jsonataTemplate: Check = (value, place) => {
  const text = jsonataIn(value);
  if (text !== undefined) checkExpression(text, place);
  else if (Array.isArray(value) || isObject(value)) {
    for (const [key, item] of Object.entries(value)) checkBelow(item, key, place);
  }
};

/** Takes an expression, or what `check` takes; another text is refused as not being `expected`. */
export function jsonataOr(check: Check, expected?: string): Check {
  return (value, place) => {
    const text = jsonataIn(value);
    if (text !== undefined) checkExpression(text, place);
    else if (expected !== undefined && typeof value === 'string') refuse(value, place, expected);
    else check(value, place);
  };
}

function checkBelow(value: Json, key: string, place: Place): void {
  jsonataTemplate(value, { ...place, location: below(place.location, key) });
}

function checkExpression(text: string, place: Place): void {
  const problem = problemOf(() => compileJsonata(text));
  if (problem === undefined) return;
  place.validation.report.schema(
    `The value for the field '${place.field}' must be a valid JSONata expression`,
    place.location,
    problem,
  );
}
