/**
 * JSON to what a client of AWS's SDK takes, and back, along the shapes of the service's own model:
 * names of members are told apart from keys of maps, texts from bytes and instants. Pure.
 */
import { isObject, type Json, type JsonObject, setOwn } from '../../asl/json/json.ts';
import { ErrorName } from '../../asl/state-error.ts';
import { TaskFailure } from '../../ports/task-failure.ts';

/** A shape of a model, as the SDK's `NormalizedSchema` tells it. */
export interface Shape {
  isStructSchema(): boolean;
  isListSchema(): boolean;
  isMapSchema(): boolean;
  isBlobSchema(): boolean;
  isTimestampSchema(): boolean;
  isStringSchema(): boolean;
  /** Of a list or a map. */
  getValueSchema(): Shape;
  /** Of a structure. */
  structIterator(): Iterable<readonly [string, Shape]>;
}

/**
 * The input of a command. Members are found whatever their case, since definitions write PascalCase
 * and models do not always; JSON where a text or bytes are due is given as its JSON text. A member
 * that the model lacks fails with `States.Runtime`, as at AWS.
 */
export function inputOf(shape: Shape, value: Json): unknown {
  if (value === null) return undefined;
  if (shape.isStructSchema() && isObject(value)) return structureOf(shape, value);
  if (shape.isListSchema() && Array.isArray(value)) {
    return value.map((element) => inputOf(shape.getValueSchema(), element) ?? null);
  }
  if (shape.isMapSchema() && isObject(value)) return mapOf(shape, value);
  if (shape.isTimestampSchema()) return instantOf(value);
  if (shape.isBlobSchema()) return Buffer.from(textOf(value));
  return shape.isStringSchema() ? textOf(value) : value;
}

/** The output of a command as JSON, members named by `nameOf`. */
export function outputOf(shape: Shape, value: unknown, nameOf: (member: string) => string): Json {
  if (value === undefined || value === null) return null;
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return textOfBytes(value);
  if (typeof value === 'bigint') return Number(value);
  if (Array.isArray(value)) {
    return value.map((element) => outputOf(shape.getValueSchema(), element, nameOf));
  }
  if (!isRecord(value)) return value as Json;
  return shape.isStructSchema() ? membersOf(shape, value, nameOf) : entriesOf(shape, value, nameOf);
}

function structureOf(shape: Shape, value: JsonObject): object {
  const members = new Map([...shape.structIterator()].map((each) => [folded(each[0]), each]));
  const input: Record<string, unknown> = {};
  const unknown: string[] = [];
  for (const [field, given] of Object.entries(value)) {
    const member = members.get(folded(field));
    if (member === undefined) unknown.push(`The field "${field}" is not supported`);
    else input[member[0]] = inputOf(member[1], given);
  }
  if (unknown.length === 0) return input;
  const given = JSON.stringify(value);
  const cause = `The Parameters '${given}' could not be used to start the Task: [${unknown.join(', ')}]`;
  throw new TaskFailure(ErrorName.runtime, cause);
}

/** A model never has two members that differ in case alone. */
function folded(name: string): string {
  return name.toLowerCase();
}

function mapOf(shape: Shape, value: JsonObject): object {
  const entries = Object.entries(value).map(
    ([key, each]) => [key, inputOf(shape.getValueSchema(), each)] as const,
  );
  return Object.fromEntries(entries);
}

/** An ISO text, or seconds since 1970. */
function instantOf(value: Json): unknown {
  return typeof value === 'number' ? new Date(value * 1_000) : new Date(textOf(value));
}

function textOf(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Bytes that are text as this text, others in base64. */
function textOfBytes(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return Buffer.from(bytes).toString('base64');
  }
}

function membersOf(
  shape: Shape,
  value: Readonly<Record<string, unknown>>,
  nameOf: (member: string) => string,
): JsonObject {
  const output: Record<string, Json> = {};
  for (const [member, inner] of shape.structIterator()) {
    const given = value[member];
    if (given !== undefined) setOwn(output, nameOf(member), outputOf(inner, given, nameOf));
  }
  return output;
}

/** A map, or a document without a shape: its keys are the user's own. */
function entriesOf(
  shape: Shape,
  value: Readonly<Record<string, unknown>>,
  nameOf: (member: string) => string,
): JsonObject {
  const output: Record<string, Json> = {};
  for (const [key, given] of Object.entries(value)) {
    setOwn(output, key, outputOf(shape.getValueSchema(), given, nameOf));
  }
  return output;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
