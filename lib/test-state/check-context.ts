/**
 * Checks the context object of a request: an object of objects whose fields and types are those of
 * `$$` in Step Functions. The messages are those of AWS.
 */
import { isObject, type Json, type JsonObject } from '../asl/json/json.ts';
import { refuseTest } from './refusal.ts';
import type { Subject } from './subject.ts';

type FieldType = 'string' | 'number' | 'any';

/** The fields of a context object, and their types. */
const contextFields: Readonly<Record<string, Readonly<Record<string, FieldType>>>> = {
  Execution: {
    Id: 'string',
    Input: 'any',
    Name: 'string',
    RoleArn: 'string',
    StartTime: 'string',
    RedriveCount: 'number',
    RedriveTime: 'string',
  },
  State: { EnteredTime: 'string', Name: 'string', RetryCount: 'number' },
  StateMachine: { Id: 'string', Name: 'string' },
  Task: { Token: 'string' },
};

/** Returns the context object. Throws INVALID_ARGUMENT for the first field that is not allowed. */
export function checkContext(context: JsonObject): JsonObject {
  for (const [name, object] of Object.entries(context)) {
    const fields = Object.hasOwn(contextFields, name) ? contextFields[name] : undefined;
    if (fields === undefined) refuseField(name, Object.keys(contextFields));
    else if (!isObject(object)) refuse(`${name} must be an object`, `found ${typeOf(object)}`);
    else checkObject(name, object, fields);
  }
  return context;
}

/**
 * Checks that the state under test gets a task token when the context object has one. Throws
 * INVALID_ARGUMENT.
 */
export function checkTaskContext({ node }: Subject, context: JsonObject | undefined): void {
  if (context === undefined || !Object.hasOwn(context, 'Task')) return;
  if (node.type === 'Task' && node.pattern !== 'request') return;
  refuse(
    "Context object contains 'Task' when state is not a Task state with a '.sync' or " +
      "'.waitForTaskToken' service integration pattern",
    'remove the field Task',
  );
}

function checkObject(
  name: string,
  object: JsonObject,
  fields: Readonly<Record<string, FieldType>>,
): void {
  for (const [field, value] of Object.entries(object)) {
    const type = Object.hasOwn(fields, field) ? fields[field] : undefined;
    if (type === undefined) refuseField(field, Object.keys(fields));
    else if (type !== 'any' && typeof value !== type) {
      refuse(`${name}.${field} must be a ${type}`, `found ${typeOf(value)}`);
    }
  }
}

function refuseField(field: string, known: readonly string[]): never {
  const problem =
    field === 'Map'
      ? "'Map' field is not supported when mocking a Context object"
      : `Field '${field}' is not allowed`;
  return refuse(problem, `expected only ${known.join(', ')}`);
}

function refuse(problem: string, advice: string): never {
  const message = `Invalid Context object provided: ${problem}`;
  return refuseTest('ValidationException', message, advice);
}

function typeOf(value: Json): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'an array' : `a ${typeof value}`;
}
