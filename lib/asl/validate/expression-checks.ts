/**
 * Checks of fields with paths, intrinsic functions and templates. Each expression is compiled as
 * for execution, and its error becomes a diagnostic.
 */
import { hasCode, messageOf } from '../../errors.ts';
import { compileExpression } from '../expression.ts';
import { isObject, type Json } from '../json/json.ts';
import { compilePath } from '../path/json-path.ts';
import type { Leniency } from '../path/parse-path.ts';
import { compileReferencePath } from '../path/reference-path.ts';
import { reportWrongType, string } from './field-checks.ts';
import { type Check, type FieldContext, requireObject } from './field-table.ts';
import { describeValue } from './report.ts';

/** Accepts a path. */
export const path: Check = (value, context) => {
  if (typeof value !== 'string') reportWrongType(value, context, 'STRING');
  else checkSyntax(context, value, 'a valid JSONPath', compilePath);
};

/** Accepts a path or null. */
export const pathOrNull: Check = (value, context) => {
  if (value !== null) path(value, context);
};

/** Accepts a reference path: one location in the input. */
const referencePath: Check = (value, context) => {
  if (typeof value !== 'string') reportWrongType(value, context, 'STRING');
  else {
    const problem = findProblem(() => compileReferencePath(value));
    const { report } = context.validation;
    if (problem !== undefined)
      report.schemaError('Value is not a Reference Path', context.location, problem);
  }
};

/** Accepts a path that is only read: a reference path, or one location in a variable. */
export const readPath: Check = (value, context) => {
  if (typeof value === 'string' && /^\s*\$[^$.[]/.test(value)) definitePath(value, context);
  else referencePath(value, context);
};

/** Accepts a reference path or null. */
export const referencePathOrNull: Check = (value, context) => {
  if (value !== null) referencePath(value, context);
};

/** Accepts a path to one value, in the input or in the context object. */
export const definitePath: Check = (value, context) => {
  path(value, context);
  if (typeof value !== 'string' || findProblem(() => compilePath(value)) !== undefined) return;
  if (compilePath(value).definite) return;
  context.validation.report.schemaError('Value is not a Reference Path', context.location);
};

/** Accepts a path or a call of an intrinsic function. */
export const expression: Check = (value, context) => {
  if (typeof value !== 'string') reportWrongType(value, context, 'STRING');
  else checkExpression(value, context.field, context);
};

/** Accepts a payload template. */
export const template: Check = (value, context) => {
  checkTemplate(value, context);
};

/** Accepts a payload template that is an object. */
export const objectTemplate: Check = (value, context) => {
  if (requireObject(value, context) !== undefined) checkTemplate(value, context);
};

/** Accepts a literal string, and warns if it looks like a path. */
export const literalString: Check = (value, context) => {
  string(value, context);
  if (!looksDynamic(value)) return;
  const message = `The value looks like a path: use the field '${context.field}Path' to evaluate it`;
  context.validation.report.warning('NO_PATH', message, context.location);
};

/** Accepts any literal value, and warns if it contains a path. */
export const literal: Check = (value, context) => {
  if (!containsDynamic(value)) return;
  const message = `'${context.field}' is a literal value: paths in it are not evaluated`;
  context.validation.report.warning('PASS_RESULT_IS_STATIC', message, context.location);
};

function containsDynamic(value: Json): boolean {
  if (Array.isArray(value)) return value.some(containsDynamic);
  if (!isObject(value)) return looksDynamic(value);
  return Object.entries(value).some(([key, item]) => key.endsWith('.$') || containsDynamic(item));
}

/** Whether the value would be a path or a call in a field that evaluates them. */
function looksDynamic(value: Json): boolean {
  return typeof value === 'string' && /^(?:\$\$?(?:[.[]|$)|States\.\w+\()/.test(value);
}

/** Accepts the role for the calls of a Task's integration. */
export const credentials: Check = (value, context) => {
  const object = requireObject(value, context);
  if (object === undefined) return;
  if (!Object.hasOwn(object, 'RoleArn') && !Object.hasOwn(object, 'RoleArn.$')) {
    context.validation.report.schemaError(
      "The field 'RoleArn' is required but was missing",
      context.location,
    );
  }
  checkTemplate(object, context);
};

function checkTemplate(value: Json, context: FieldContext): void {
  if (Array.isArray(value)) {
    for (const item of value) checkTemplate(item, context);
  } else if (isObject(value)) {
    for (const [key, item] of Object.entries(value)) {
      if (key.endsWith('.$')) checkExpression(item, key, context);
      else if (looksDynamic(item)) {
        const message = `The value of '${key}' looks like a path or a call: use the key '${key}.$' to evaluate it`;
        context.validation.report.warning('NO_DOLLAR', message, context.location);
      } else checkTemplate(item, context);
    }
  }
}

function checkExpression(value: Json, field: string, context: FieldContext): void {
  const named = { ...context, field };
  const kind = 'a valid JSONPath or a valid intrinsic function call';
  if (typeof value !== 'string') reportSyntax(named, kind, `found ${describeValue(value)}`);
  else checkSyntax(named, value, kind, (text) => compileExpression(text, field));
}

interface Compiled {
  readonly leniencies: ReadonlySet<Leniency>;
}

function checkSyntax(
  context: FieldContext,
  text: string,
  kind: string,
  compile: (text: string) => Compiled,
): void {
  let compiled: Compiled | undefined;
  const problem = findProblem(() => {
    compiled = compile(text);
  });
  if (problem !== undefined) {
    reportSyntax(context, kind, problem);
    return;
  }
  const { report } = context.validation;
  for (const name of findVariables(text)) context.validation.recordRead(name, context.location);
  for (const leniency of compiled?.leniencies ?? []) {
    report.warning(
      'FAILS_AT_AWS',
      `The field '${context.field}' uses ${leniency}, which works here and fails at AWS: ${text}`,
      context.location,
    );
  }
}

function reportSyntax(
  { field, location, validation }: FieldContext,
  kind: string,
  problem: string,
): void {
  validation.report.schemaError(
    `The value for the field '${field}' must be ${kind}`,
    location,
    problem,
  );
}

const none: readonly string[] = [];

/** Returns the variables that a path or a call reads; text in quotes is ignored. */
function findVariables(text: string): readonly string[] {
  if (!/\$[^$.[]/.test(text)) return none;
  const unquoted = text.replace(/'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"/g, '');
  const names = unquoted.matchAll(/(?<=^|[\s(,])\$([\p{ID_Start}_]\p{ID_Continue}*)/gu);
  return [...names].flatMap(([, name]) => name ?? []);
}

/** Returns the error message of `compile`, or undefined when it succeeds. */
function findProblem(compile: () => unknown): string | undefined {
  try {
    compile();
    return undefined;
  } catch (error) {
    if (!hasCode(error, 'INVALID_DEFINITION')) throw error;
    return messageOf(error);
  }
}
