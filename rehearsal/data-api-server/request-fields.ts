/** Reads a request's members, and refuses in the service's words what its model does not allow. */
import { ServiceError } from './service-error.ts';

/** The body of a request, its members not looked at yet. */
export type RequestBody = Readonly<Record<string, unknown>>;

interface TextBounds {
  readonly min?: number;
  readonly max: number;
}

/** A member that must be there. */
export function requiredText(body: RequestBody, member: string, bounds: TextBounds): string {
  const value = optionalText(body, member, bounds);
  if (value !== undefined) return value;
  throw invalid('null', member, 'Member must not be null');
}

/** A member that may be missing. */
export function optionalText(
  body: RequestBody,
  member: string,
  { min = 0, max }: TextBounds,
): string | undefined {
  const value = body[member];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') throw unreadable(member, 'a string');
  if (value.length > max) {
    const rule = `Member must have length less than or equal to ${max}`;
    throw invalid(`'${value.slice(0, 100)}'`, member, rule);
  }
  if (value.length < min) {
    const rule = `Member must have length greater than or equal to ${min}`;
    throw invalid(`'${value}'`, member, rule);
  }
  return value;
}

/** A member that is true or false; false when it is missing. */
export function flag(body: RequestBody, member: string): boolean {
  const value = body[member] ?? false;
  if (typeof value !== 'boolean') throw unreadable(member, 'a boolean');
  return value;
}

/** A member that is one of several words; the first when it is missing. */
export function choice<Word extends string>(
  body: RequestBody,
  member: string,
  words: readonly [Word, ...Word[]],
): Word {
  const value = body[member] ?? words[0];
  const found = words.find((word) => word === value);
  if (found !== undefined) return found;
  const rule = `Member must satisfy enum value set: [${words.join(', ')}]`;
  throw invalid(`'${String(value)}'`, member, rule);
}

/** A member that is an object; an empty one when it is missing. */
export function structure(body: RequestBody, member: string): RequestBody {
  const value = body[member] ?? {};
  if (!isStructure(value)) throw unreadable(member, 'an object');
  return value;
}

/** A member that is a list; undefined when it is missing. */
export function list(body: RequestBody, member: string): readonly unknown[] | undefined {
  const value = body[member];
  if (value === undefined || value === null) return undefined;
  if (!Array.isArray(value)) throw unreadable(member, 'a list');
  return value;
}

/** Whether JSON is an object. */
export function isStructure(value: unknown): value is RequestBody {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The error for a member of the wrong JSON type. */
export function unreadable(member: string, expected: string): ServiceError {
  return new ServiceError('SerializationException', `'${member}' must be ${expected}`);
}

function invalid(found: string, member: string, rule: string): ServiceError {
  const message = `1 validation error detected: Value ${found} at '${member}' failed to satisfy constraint: ${rule}`;
  return new ServiceError('ValidationException', message);
}
