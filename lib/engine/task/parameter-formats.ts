/**
 * The formats of parameters that are known for some integrations. A value in another format fails
 * the state before its task is scheduled, as in AWS.
 */
import { isObject, type Json } from '../../asl/json/json.ts';
import { toCauseText } from '../../asl/json/json-depth.ts';
import { ErrorName, StateError } from '../../asl/state-error.ts';
import type { TaskKind } from './task-resource.ts';

type Format = (value: Json) => boolean;

/** Checks by parameter, for the parameters of an integration whose format is known. */
export type ParameterFormats = Readonly<Record<string, Format>>;

const listsOfStrings: Format = (value) =>
  isObject(value) &&
  Object.values(value).every((list) => Array.isArray(list) && list.every(isString));

/** By `<service>:<call>`. */
const formatsByCall: ReadonlyMap<string, ParameterFormats> = new Map([
  ['apigateway:invoke', { Headers: listsOfStrings, QueryParameters: listsOfStrings }],
]);

/** Returns the known formats of an integration's parameters; undefined without any. */
export function findParameterFormats(kind: TaskKind): ParameterFormats | undefined {
  if (kind.kind !== 'service') return undefined;
  return formatsByCall.get(`${kind.resourceType}:${kind.resource.replace(/\..*/, '')}`);
}

/** Throws `States.Runtime`, naming the fields, when parameters have other formats. */
export function checkParameters(formats: ParameterFormats, parameters: Json): void {
  if (!isObject(parameters)) return;
  const wrong = Object.entries(formats).flatMap(([field, holds]) => {
    const value = parameters[field];
    return value === undefined || holds(value)
      ? []
      : [`The value of the field '${field}' has an invalid format`];
  });
  if (wrong.length === 0) return;
  const text = toCauseText(parameters);
  throw new StateError(
    ErrorName.runtime,
    `The Parameters '${text}' could not be used to start the Task: [${wrong.join(', ')}]`,
  );
}

function isString(value: Json): boolean {
  return typeof value === 'string';
}
