/**
 * Checks of values that are expressions: each is compiled as it will be, and a refusal becomes a
 * finding.
 */
import { hasCode, messageOf } from '../../errors.ts';
import { compileExpression } from '../expression.ts';
import { isObject, type Json } from '../json.ts';
import { compilePath } from '../json-path.ts';
import { compileReferencePath } from '../reference-path.ts';
import { refuse } from './field-checks.ts';
import { type Check, objectAt, type Place } from './field-table.ts';
import { shown } from './report.ts';

/** Takes a path. */
export const path: Check = (value, place) => {
  if (typeof value !== 'string') refuse(value, place, 'a string');
  else checkSyntax(place, 'a valid JSONPath', () => compilePath(value));
};

/** Takes a path or null. */
export const pathOrNull: Check = (value, place) => {
  if (value !== null) path(value, place);
};

/** Takes a reference path: one place, of the input. */
const referencePath: Check = (value, place) => {
  if (typeof value !== 'string') refuse(value, place, 'a string');
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
  if (typeof value !== 'string') refuse(value, place, 'a string');
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
      if (!key.endsWith('.$')) checkTemplate(item, place);
      else checkExpression(item, key, place);
    }
  }
}

function checkExpression(value: Json, field: string, place: Place): void {
  const named = { ...place, field };
  const kind = 'a valid JSONPath or a valid intrinsic function call';
  if (typeof value === 'string') checkSyntax(named, kind, () => compileExpression(value, field));
  else checkSyntax(named, kind, undefined, `found ${shown(value)}`);
}

function checkSyntax(
  place: Place,
  kind: string,
  compile: (() => unknown) | undefined,
  found?: string,
): void {
  const problem = compile === undefined ? found : problemOf(compile);
  if (problem === undefined) return;
  const message = `The value for the field '${place.field}' must be ${kind}`;
  place.validation.report.schema(message, place.location, problem);
}

/** Why `compile` refuses; undefined when it does not. */
export function problemOf(compile: () => unknown): string | undefined {
  try {
    compile();
    return undefined;
  } catch (error) {
    if (!hasCode(error, 'INVALID_DEFINITION')) throw error;
    return messageOf(error);
  }
}
