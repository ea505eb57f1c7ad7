/** Checks of values that may hold JSONata: each expression is compiled as it will be. */
import { hasCode } from '../../errors.ts';
import { isObject, type Json } from '../json/json.ts';
import {
  compileJsonata,
  type JsonataExpression,
  jsonataIn,
} from '../jsonata/jsonata-expression.ts';
import type { References } from '../jsonata/references.ts';
import { refuse } from './field-checks.ts';
import type { Check, Place, Validation } from './field-table.ts';
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
  const { report, refer } = place.validation;
  const expression = compiled(text, place);
  if (expression === undefined) return;
  for (const message of unsupportedIn(expression.references, place.validation)) {
    report.error('UNSUPPORTED_JSONATA_EXPRESSION', message, place.location);
  }
  for (const name of expression.variables) refer(name, place.location);
}

/** The expression, or undefined and a finding: AWS tells what JSONata's own parser says. */
function compiled(text: string, { validation, location }: Place): JsonataExpression | undefined {
  try {
    return compileJsonata(text);
  } catch (error) {
    if (!hasCode(error, 'INVALID_DEFINITION')) throw error;
    const { reason } = error.fields;
    validation.report.error('INVALID_JSONATA_EXPRESSION', String(reason), location);
    return undefined;
  }
}

function unsupportedIn({ topLevel, root, statesFields }: References, { hasError }: Validation) {
  const messages = [...topLevel].map((name) => {
    return `Reference to '${name}' at the top level is not supported.`;
  });
  if (root) messages.push("Reference to '$$' is not supported.");
  if (statesFields.has('errorOutput') && !hasError) {
    messages.push("Field '$states.errorOutput' does not exist.");
  }
  return messages;
}
