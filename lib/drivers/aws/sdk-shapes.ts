/** Converts JSON to the input of an SDK command, and its output to JSON. Pure. */
import { toDouble } from '../../asl/json/exact-number.ts';
import { isObject, type Json, type JsonObject, setOwn } from '../../asl/json/json.ts';
import { withDoubles } from '../../asl/json/parse-json.ts';
import { ErrorName } from '../../asl/state-error.ts';
import { TaskFailure } from '../../engine/task/task-failure.ts';

/** A shape of a service's model, as in the SDK's `NormalizedSchema`. */
export interface Shape {
  isStructSchema(): boolean;
  isListSchema(): boolean;
  isMapSchema(): boolean;
  isBlobSchema(): boolean;
  isTimestampSchema(): boolean;
  isStringSchema(): boolean;
  /** For a list or a map. */
  getValueSchema(): Shape;
  /** For a structure. */
  structIterator(): Iterable<readonly [string, Shape]>;
}

/**
 * Converts JSON to the input of a command, along the shapes of the service's model. Member names
 * are case-insensitive, because definitions use PascalCase and models do not always. JSON in place
 * of a string or bytes is sent as its text. A member that the model lacks fails with
 * `States.Runtime`, as at AWS.
 */
export function toSdkInput(shape: Shape, value: Json): unknown {
  if (value === null) return undefined;
  if (shape.isStructSchema() && isObject(value)) return toStructure(shape, value);
  if (shape.isListSchema() && Array.isArray(value)) {
    return value.map((element) => toSdkInput(shape.getValueSchema(), element) ?? null);
  }
  if (shape.isMapSchema() && isObject(value)) return toMap(shape, value);
  if (shape.isTimestampSchema()) return toDate(value);
  if (shape.isBlobSchema()) return Buffer.from(toText(value));
  return shape.isStringSchema() ? toText(value) : withDoubles(value);
}

/** Converts the output of a command to JSON, with members named by `toMemberName`. */
export function fromSdkOutput(
  shape: Shape,
  value: unknown,
  toMemberName: (member: string) => string,
): Json {
  if (value === undefined || value === null) return null;
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return decodeText(value);
  if (typeof value === 'bigint') return Number(value);
  if (Array.isArray(value)) {
    return value.map((element) => fromSdkOutput(shape.getValueSchema(), element, toMemberName));
  }
  if (!isRecord(value)) return value as Json;
  return shape.isStructSchema()
    ? fromStructure(shape, value, toMemberName)
    : fromMap(shape, value, toMemberName);
}

function toStructure(shape: Shape, value: JsonObject): object {
  const members = new Map([...shape.structIterator()].map((each) => [foldCase(each[0]), each]));
  const input: Record<string, unknown> = {};
  const unknown: string[] = [];
  for (const [field, given] of Object.entries(value)) {
    const member = members.get(foldCase(field));
    if (member === undefined) unknown.push(`The field "${field}" is not supported`);
    else input[member[0]] = toSdkInput(member[1], given);
  }
  if (unknown.length === 0) return input;
  const given = JSON.stringify(value);
  const cause = `The Parameters '${given}' could not be used to start the Task: [${unknown.join(', ')}]`;
  throw new TaskFailure(ErrorName.runtime, cause);
}

/** No model has two members that differ only in case. */
function foldCase(name: string): string {
  return name.toLowerCase();
}

function toMap(shape: Shape, value: JsonObject): object {
  const entries = Object.entries(value).map(
    ([key, each]) => [key, toSdkInput(shape.getValueSchema(), each)] as const,
  );
  return Object.fromEntries(entries);
}

/** Converts an ISO timestamp, or seconds since 1970. */
function toDate(value: Json): unknown {
  const seconds = toDouble(value);
  return new Date(seconds === undefined ? toText(value) : seconds * 1_000);
}

function toText(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Decodes UTF-8; bytes that are not UTF-8 become base64. */
function decodeText(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return Buffer.from(bytes).toString('base64');
  }
}

function fromStructure(
  shape: Shape,
  value: Readonly<Record<string, unknown>>,
  toMemberName: (member: string) => string,
): JsonObject {
  const output: Record<string, Json> = {};
  for (const [member, inner] of shape.structIterator()) {
    const given = value[member];
    if (given !== undefined)
      setOwn(output, toMemberName(member), fromSdkOutput(inner, given, toMemberName));
  }
  return output;
}

/** Converts a map, or a document without a shape, whose keys are the user's. */
function fromMap(
  shape: Shape,
  value: Readonly<Record<string, unknown>>,
  toMemberName: (member: string) => string,
): JsonObject {
  const output: Record<string, Json> = {};
  for (const [key, given] of Object.entries(value)) {
    setOwn(output, key, fromSdkOutput(shape.getValueSchema(), given, toMemberName));
  }
  return output;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
