/**
 * Checks of values that are expressions: each is compiled as it will be, and a refusal becomes a
 * finding.
 */
import { hasCode, messageOf } from '../../errors.ts';
import { compileExpression } from '../expression.ts';
import { isObject, type Json } from '../json/json.ts';
import { compilePath } from '../json-path.ts';
import { compileReferencePath } from '../reference-path.ts';
import { refuseType, text } from './field-checks.ts';
import { type Check, objectAt, type Place } from './field-table.ts';
import { shown } from './report.ts';

/** Takes a path. */
export const path: Check = (value, place) => {
  if (typeof value !== 'string') refuseType(value, place, 'STRING');
  else checkSyntax(place, value, 'a valid JSONPath', () => compilePath(value));
};

/** Takes a path or null. */
export const pathOrNull: Check = (value, place) => {
  if (value !== null) path(value, place);
};

/** Takes a reference path: one place, of the input. */
const referencePath: Check = (value, place) => {
  if (typeof value !== 'string') refuseType(value, place, 'STRING');
  else {
    const problem = problemOf(() => compileReferencePath(value));
    const { report } = place.validation;
    if (problem !== undefined)
      report.schema('Value is not a Reference Path', place.location, problem);
  }
};

/** Takes a reference path, or one place of a variable: what is read, not written. */
export const readPath: Check = (value, place) => {
  if (typeof value === 'string' && /^\$[^$.[]/.test(value)) definitePath(value, place);
  else referencePath(value, place);
};

/** Takes a reference path or null. */
export const referencePathOrNull: Check = (value, place) => {
  if (value !== null) referencePath(value, place);
};

/** Takes a path to one value, of the input or of the context object. */
export const definitePath: Check = (value, place) => {
  path(value, place);
  if (typeof value !== 'string' || problemOf(() => compilePath(value)) !== undefined) return;
  if (compilePath(value).definite) return;
  place.validation.report.schema('Value is not a Reference Path', place.location);
};

/** Takes a path or a call of an intrinsic function. */
export const expression: Check = (value, place) => {
  if (typeof value !== 'string') refuseType(value, place, 'STRING');
  else checkExpression(value, place.field, place);
};

/** Takes a payload template. */
export const template: Check = (value, place) => {
  checkTemplate(value, place);
};

/** Takes a payload template that is an object. */
export const objectTemplate: Check = (value, place) => {
  if (objectAt(value, place) !== undefined) checkTemplate(value, place);
};

/** Takes a text that is as it stands, and warns of one that looks like a path. */
export const literalText: Check = (value, place) => {
  text(value, place);
  if (!looksDynamic(value)) return;
  const message = `The value looks like a path: it is one in the field '${place.field}Path'`;
  place.validation.report.warning('NO_PATH', message, place.location);
};

/** Takes any value, and warns of a path in it. */
export const literal: Check = (value, place) => {
  if (!holdsDynamic(value)) return;
  const message = `'${place.field}' is taken as it stands: a path in it is not followed`;
  place.validation.report.warning('PASS_RESULT_IS_STATIC', message, place.location);
};

function holdsDynamic(value: Json): boolean {
  if (Array.isArray(value)) return value.some(holdsDynamic);
  if (!isObject(value)) return looksDynamic(value);
  return Object.entries(value).some(([key, item]) => key.endsWith('.$') || holdsDynamic(item));
}

/** Whether the value would be a path or a call if it stood where one is followed. */
function looksDynamic(value: Json): boolean {
  return typeof value === 'string' && /^(?:\$\$?(?:[.[]|$)|States\.\w+\()/.test(value);
}

/** Takes the role that a Task's integration is called with. */
export const credentials: Check = (value, place) => {
  const object = objectAt(value, place);
  if (object === undefined) return;
  if (!Object.hasOwn(object, 'RoleArn') && !Object.hasOwn(object, 'RoleArn.$')) {
    place.validation.report.schema(
      "The field 'RoleArn' is required but was missing",
      place.location,
    );
  }
  checkTemplate(object, place);
};

function checkTemplate(value: Json, place: Place): void {
  if (Array.isArray(value)) {
    for (const item of value) checkTemplate(item, place);
  } else if (isObject(value)) {
    for (const [key, item] of Object.entries(value)) {
      if (key.endsWith('.$')) checkExpression(item, key, place);
      else if (looksDynamic(item)) {
        const message = `The value of '${key}' looks like a path or a call: it is one under '${key}.$'`;
        place.validation.report.warning('NO_DOLLAR', message, place.location);
      } else checkTemplate(item, place);
    }
  }
}

function checkExpression(value: Json, field: string, place: Place): void {
  const named = { ...place, field };
  const kind = 'a valid JSONPath or a valid intrinsic function call';
  if (typeof value !== 'string') refuseSyntax(named, kind, `found ${shown(value)}`);
  else checkSyntax(named, value, kind, () => compileExpression(value, field));
}

function checkSyntax(place: Place, text: string, kind: string, compile: () => unknown): void {
  const problem = problemOf(compile);
  if (problem !== undefined) refuseSyntax(place, kind, problem);
  else for (const name of variablesIn(text)) place.validation.refer(name, place.location);
}

function refuseSyntax({ field, location, validation }: Place, kind: string, problem: string): void {
  validation.report.schema(`The value for the field '${field}' must be ${kind}`, location, problem);
}

/** The variables that a path or a call reads; what stands in quotes is no name of one. */
function variablesIn(text: string): string[] {
  const unquoted = text.replace(/'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"/g, '');
  const names = unquoted.matchAll(/(?<=^|[\s(,])\$([\p{ID_Start}_]\p{ID_Continue}*)/gu);
  return [...names].flatMap(([, name]) => name ?? []);
}

/** Why `compile` refuses; undefined when it does not. */
function problemOf(compile: () => unknown): string | undefined {
  try {
    compile();
    return undefined;
  } catch (error) {
    if (!hasCode(error, 'INVALID_DEFINITION')) throw error;
    return messageOf(error);
  }
}
