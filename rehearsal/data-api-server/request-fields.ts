/** Reads the members of a request, with the service's errors for what its model does not allow. */
import { DataApiError } from './data-api-error.ts';

/** The body of a request; its members are not validated yet. */
export type RequestBody = Readonly<Record<string, unknown>>;

interface TextBounds {
  readonly min?: number;
  readonly max: number;
}

/** Reads a required string. */
export function readRequiredText(body: RequestBody, member: string, bounds: TextBounds): string {
  const value = readOptionalText(body, member, bounds);
  if (value !== undefined) return value;
  throw invalid('null', member, 'Member must not be null');
}

/** Reads an optional string. */
export function readOptionalText(
  body: RequestBody,
  member: string,
  { min = 0, max }: TextBounds,
): string | undefined {
  const value = body[member];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') throw wrongType(member, 'a string');
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

/** Reads a boolean; false when the member is missing. */
export function readFlag(body: RequestBody, member: string): boolean {
  const value = body[member] ?? false;
  if (typeof value !== 'boolean') throw wrongType(member, 'a boolean');
  return value;
}

/** Reads one of several words; the first when the member is missing. */
export function readChoice<Word extends string>(
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

/** Reads an object; an empty one when the member is missing. */
export function readStructure(body: RequestBody, member: string): RequestBody {
  const value = body[member] ?? {};
  if (!isStructure(value)) throw wrongType(member, 'an object');
  return value;
}

/** Reads a list; undefined when the member is missing. */
export function readList(body: RequestBody, member: string): readonly unknown[] | undefined {
  const value = body[member];
  if (value === undefined || value === null) return undefined;
  if (!Array.isArray(value)) throw wrongType(member, 'a list');
  return value;
}

/** Whether a JSON value is an object. */
export function isStructure(value: unknown): value is RequestBody {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Returns the error for a member of the wrong JSON type. */
export function wrongType(member: string, expected: string): DataApiError {
  return new DataApiError('SerializationException', `'${member}' must be ${expected}`);
}

function invalid(found: string, member: string, rule: string): DataApiError {
  const message = `1 validation error detected: Value ${found} at '${member}' failed to satisfy constraint: ${rule}`;
  return new DataApiError('ValidationException', message);
}
