/**
 * Holds a mocked result against what the API says that it answers. Fields that the API does not
 * know are let be: Step Functions adds some of its own.
 */
import { getOwn, isObject, type Json, type JsonObject } from '../asl/json/json.ts';
import type { ApiShape } from '../ports/service-models.ts';
import { refuse } from './refusal.ts';

/** Throws INVALID_ARGUMENT for the first field that is off; `whole` asks for required ones, too. */
export function checkAgainstApi(result: Json, shape: ApiShape, whole: boolean): void {
  checkValue(result, shape, 'result', whole);
}

function checkValue(value: Json, shape: ApiShape, field: string, whole: boolean): void {
  switch (shape.type) {
    case 'any':
      return;
    case 'list':
      if (!Array.isArray(value)) wrongKind(field, 'an array', value);
      else for (const each of value) checkValue(each, shape.item(), field, whole);
      return;
    case 'map':
      if (!isObject(value)) wrongKind(field, 'an object', value);
      else checkEntries(value, shape.item(), whole);
      return;
    case 'structure':
      if (!isObject(value)) wrongKind(field, 'an object', value);
      else checkMembers(value, shape, whole);
      return;
    default:
      if (typeof value !== shape.type) wrongKind(field, `a ${shape.type}`, value);
      else if (shape.type === 'string') checkText(value, shape.values, field);
  }
}

function checkText(value: Json, values: readonly string[] | undefined, field: string): void {
  if (values === undefined || values.some((each) => each === value)) return;
  broken(`Field '${field}' is not an expected value`, `give one of ${values.join(', ')}`);
}

function checkEntries(value: JsonObject, item: ApiShape, whole: boolean): void {
  for (const [key, each] of Object.entries(value)) checkValue(each, item, key, whole);
}

function checkMembers(
  value: JsonObject,
  { members, required }: Extract<ApiShape, { type: 'structure' }>,
  whole: boolean,
): void {
  for (const name of whole ? required : []) {
    if (getOwn(value, name) !== undefined) continue;
    broken(`Required field '${name}' is missing`, 'add it, or set fieldValidationMode PRESENT');
  }
  for (const [name, each] of Object.entries(value)) {
    const member = members.get(name);
    if (member !== undefined) checkValue(each, member(), name, whole);
  }
}

function wrongKind(field: string, kind: string, value: Json): never {
  const found = Array.isArray(value) ? 'an array' : value === null ? 'null' : `a ${typeof value}`;
  return broken(`Field '${field}' must be ${kind}`, `found ${found}`);
}

function broken(what: string, advice: string): never {
  return refuse('ValidationException', `Mock result schema validation error: ${what}`, advice);
}
