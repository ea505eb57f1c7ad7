/**
 * Checks of fields that may have JSONata. Each expression is compiled as for execution, and its
 * error becomes a diagnostic.
 */
import { hasCode } from '../../errors.ts';
import { isObject, type Json } from '../json/json.ts';
import { childPointer } from '../json/json-pointer.ts';
import {
  compileJsonata,
  extractJsonata,
  type JsonataExpression,
} from '../jsonata/jsonata-expression.ts';
import type { References } from '../jsonata/references.ts';
import { reportMismatch } from './field-checks.ts';
import type { Check, FieldContext, Validation } from './field-table.ts';

/** Accepts any JSON; strings of the form `{% … %}` in it are expressions. */
export const jsonataTemplate: Check = (value, context) => {
  const text = extractJsonata(value);
  if (text !== undefined) checkExpression(text, context);
  else if (Array.isArray(value) || isObject(value)) {
    for (const [key, item] of Object.entries(value)) checkBelow(item, key, context);
  }
};

/** Accepts an expression, or what `check` accepts. Other strings are reported as not `expected`. */
export function jsonataOr(check: Check, expected?: string): Check {
  return (value, context) => {
    const text = extractJsonata(value);
    if (text !== undefined) checkExpression(text, context);
    else if (expected !== undefined && typeof value === 'string')
      reportMismatch(value, context, expected);
    else check(value, context);
  };
}

function checkBelow(value: Json, key: string, context: FieldContext): void {
  jsonataTemplate(value, { ...context, location: childPointer(context.location, key) });
}

function checkExpression(text: string, context: FieldContext): void {
  const { report, recordRead } = context.validation;
  const expression = compile(text, context);
  if (expression === undefined) return;
  for (const message of findUnsupported(expression.references, context.validation)) {
    report.error('UNSUPPORTED_JSONATA_EXPRESSION', message, context.location);
  }
  for (const name of expression.variables) recordRead(name, context.location);
}

/** Compiles the expression, or reports the message of JSONata's own parser, as AWS does. */
function compile(
  text: string,
  { validation, location }: FieldContext,
): JsonataExpression | undefined {
  if (!validation.report.countExpression(text, location)) return undefined;
  try {
    return compileJsonata(text);
  } catch (error) {
    if (!hasCode(error, 'INVALID_DEFINITION')) throw error;
    const { reason } = error.fields;
    validation.report.error('INVALID_JSONATA_EXPRESSION', String(reason), location);
    return undefined;
  }
}

function findUnsupported(
  { topLevel, readsRoot, statesFields }: References,
  { inCatcher }: Validation,
) {
  const messages = [...topLevel].map((name) => {
    return `Reference to '${name}' at the top level is not supported.`;
  });
  if (readsRoot) messages.push("Reference to '$$' is not supported.");
  if (statesFields.has('errorOutput') && !inCatcher) {
    messages.push("Field '$states.errorOutput' does not exist.");
  }
  return messages;
}
