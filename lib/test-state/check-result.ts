/**
 * Checks a mocked result against the response of the API that it stands for. Unknown fields are
 * allowed, because Step Functions adds some.
 */
import { getOwn, isObject, type Json, type JsonObject } from '../asl/json/json.ts';
import type { ApiShape } from '../ports/service-models.ts';
import { refuseTest } from './refusal.ts';

/**
 * Throws INVALID_ARGUMENT for the first invalid field.
 * @param requireAll whether a missing required field is invalid, too
 */
export function checkAgainstApi(result: Json, shape: ApiShape, requireAll: boolean): void {
  checkValue(result, shape, 'result', requireAll);
}

function checkValue(value: Json, shape: ApiShape, field: string, requireAll: boolean): void {
  switch (shape.type) {
    case 'any':
      return;
    case 'list':
      if (!Array.isArray(value)) wrongKind(field, 'an array', value);
      else for (const each of value) checkValue(each, shape.item(), field, requireAll);
      return;
    case 'map':
      if (!isObject(value)) wrongKind(field, 'an object', value);
      else checkEntries(value, shape.item(), requireAll);
      return;
    case 'structure':
      if (!isObject(value)) wrongKind(field, 'an object', value);
      else checkMembers(value, shape, requireAll);
      return;
    default:
      if (typeof value !== shape.type) wrongKind(field, `a ${shape.type}`, value);
      else if (shape.type === 'string') checkText(value, shape.values, field);
  }
}

function checkText(value: Json, values: readonly string[] | undefined, field: string): void {
  if (values === undefined || values.some((each) => each === value)) return;
  refuseResult(`Field '${field}' is not an expected value`, `give one of ${values.join(', ')}`);
}

function checkEntries(value: JsonObject, item: ApiShape, requireAll: boolean): void {
  for (const [key, each] of Object.entries(value)) checkValue(each, item, key, requireAll);
}

function checkMembers(
  value: JsonObject,
  { members, required }: Extract<ApiShape, { type: 'structure' }>,
  requireAll: boolean,
): void {
  for (const name of requireAll ? required : []) {
    if (getOwn(value, name) !== undefined) continue;
    refuseResult(
      `Required field '${name}' is missing`,
      'add it, or set fieldValidationMode to PRESENT',
    );
  }
  for (const [name, each] of Object.entries(value)) {
    const member = members.get(name);
    if (member !== undefined) checkValue(each, member(), name, requireAll);
  }
}

function wrongKind(field: string, kind: string, value: Json): never {
  const found = Array.isArray(value) ? 'an array' : value === null ? 'null' : `a ${typeof value}`;
  return refuseResult(`Field '${field}' must be ${kind}`, `found ${found}`);
}

function refuseResult(problem: string, advice: string): never {
  return refuseTest(
    'ValidationException',
    `Mock result schema validation error: ${problem}`,
    advice,
  );
}
