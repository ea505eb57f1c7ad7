/** Checks the members of requests, in AWS's words. */
import { isObject, type Json } from '../../asl/json/json.ts';
import { ServiceError } from '../service-error.ts';
import { readValue } from './read-value.ts';
import type { MemberShape, NumberShape, StructureShape, TextShape, ValueOf } from './shape.ts';

/**
 * Returns the members of a request that its shape describes. Throws SerializationException for a
 * wrong type, ValidationException that lists every broken constraint in AWS's words.
 */
export function readRequestMembers<Described extends StructureShape>(
  shape: Described,
  document: Json,
): ValueOf<Described> {
  const value = readValue(shape, document, '');
  const faults: string[] = [];
  check(shape, value, '', faults);
  if (faults.length > 0) throw invalidMembers(faults);
  return value as ValueOf<Described>;
}

/** Maximum number of constraints in a message: a list of a body can break thousands. */
const shownMax = 20;

function invalidMembers(faults: readonly string[]): ServiceError {
  const count = faults.length === 1 ? '1 validation error' : `${faults.length} validation errors`;
  const shown = faults.slice(0, shownMax).join('; ');
  return new ServiceError('ValidationException', `${count} detected: ${shown}`);
}

function check(shape: MemberShape, value: Json | undefined, path: string, faults: string[]): void {
  switch (shape.kind) {
    case 'text':
      if (typeof value === 'string') checkText(shape, value, path, faults);
      return;
    case 'integer':
    case 'decimal':
      if (typeof value === 'number') checkNumber(shape, value, path, faults);
      return;
    case 'boolean':
      return;
    case 'list':
      if (Array.isArray(value)) checkList(shape, value, path, faults);
      return;
    case 'structure':
      if (isObject(value)) checkMembers(shape, value, path, faults);
  }
}

function checkMembers(
  { required, optional }: Extract<MemberShape, { kind: 'structure' }>,
  value: { readonly [name: string]: Json | undefined },
  path: string,
  faults: string[],
): void {
  for (const [name, member] of Object.entries(required)) {
    const place = path === '' ? name : `${path}.${name}`;
    if (value[name] === undefined) {
      faults.push(`Value null at '${place}' failed to satisfy constraint: Member must not be null`);
    } else check(member, value[name], place, faults);
  }
  for (const [name, member] of Object.entries(optional)) {
    check(member, value[name], path === '' ? name : `${path}.${name}`, faults);
  }
}

function checkList(
  { member, min = 0, max = Number.POSITIVE_INFINITY }: Extract<MemberShape, { kind: 'list' }>,
  value: readonly Json[],
  path: string,
  faults: string[],
): void {
  if (value.length < min) faults.push(broken(path, '[]', lengthAtLeast(min)));
  if (value.length > max) faults.push(broken(path, JSON.stringify(value), lengthAtMost(max)));
  for (const [index, each] of value.entries()) {
    check(member, each, `${path}.${index + 1}.member`, faults);
  }
}

function checkText(shape: TextShape, value: string, path: string, faults: string[]): void {
  const { min = 0, max = Number.POSITIVE_INFINITY, pattern, values, secret = false } = shape;
  const shown = secret ? null : value;
  if (value.length < min) faults.push(broken(path, shown, lengthAtLeast(min)));
  if (value.length > max) faults.push(broken(path, shown, lengthAtMost(max)));
  if (values !== undefined && !values.includes(value)) {
    const rule = `Member must satisfy enum value set: [${values.join(', ')}]`;
    faults.push(broken(path, shown, rule));
  }
  // A text over the maximum is not matched: the work for a request stays bounded.
  if (pattern !== undefined && value.length <= max && !pattern.matches.test(value)) {
    const rule = `Member must satisfy regular expression pattern: ${pattern.shown}`;
    faults.push(broken(path, shown, rule));
  }
}

function checkNumber(shape: NumberShape, value: number, path: string, faults: string[]): void {
  const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = shape;
  const rule = 'Member must have value';
  if (value < min) faults.push(broken(path, value, `${rule} greater than or equal to ${min}`));
  if (value > max) faults.push(broken(path, value, `${rule} less than or equal to ${max}`));
}

function lengthAtLeast(min: number): string {
  return `Member must have length greater than or equal to ${min}`;
}

function lengthAtMost(max: number): string {
  return `Member must have length less than or equal to ${max}`;
}

/** Maximum length of a value in a message, in characters: AWS shows values whole. */
const valueCharsMax = 4_096;

/** @param value null for one that is not shown */
function broken(path: string, value: string | number | null, rule: string): string {
  const shown = value === null ? '' : ` '${String(value).slice(0, valueCharsMax)}'`;
  return `Value${shown} at '${path}' failed to satisfy constraint: ${rule}`;
}
