/**
 * What an integration takes in a field is known for a few: a value of another form fails the state
 * before its task is scheduled, as at AWS.
 */
import { isObject, type Json } from '../../asl/json/json.ts';
import { causeTextOf } from '../../asl/json/json-depth.ts';
import { ErrorName, StateError } from '../../asl/state-error.ts';
import type { TaskKind } from './task-resource.ts';

type Format = (value: Json) => boolean;

/** The fields of an integration whose form is known. */
export type ParameterFormats = Readonly<Record<string, Format>>;

const listsOfTexts: Format = (value) =>
  isObject(value) &&
  Object.values(value).every((list) => Array.isArray(list) && list.every(isText));

/** By `<service>:<call>`. */
const known: ReadonlyMap<string, ParameterFormats> = new Map([
  ['apigateway:invoke', { Headers: listsOfTexts, QueryParameters: listsOfTexts }],
]);

/** What is known of this integration's fields; undefined when nothing is. */
export function parameterFormatsOf(kind: TaskKind): ParameterFormats | undefined {
  if (kind.kind !== 'service') return undefined;
  return known.get(`${kind.resourceType}:${kind.resource.replace(/\..*/, '')}`);
}

/** Fails with `States.Runtime`, naming the fields, when `parameters` have values of other forms. */
export function checkParameters(formats: ParameterFormats, parameters: Json): void {
  if (!isObject(parameters)) return;
  const wrong = Object.entries(formats).flatMap(([field, holds]) => {
    const value = parameters[field];
    return value === undefined || holds(value)
      ? []
      : [`The value of the field '${field}' has an invalid format`];
  });
  if (wrong.length === 0) return;
  const text = causeTextOf(parameters);
  throw new StateError(
    ErrorName.runtime,
    `The Parameters '${text}' could not be used to start the Task: [${wrong.join(', ')}]`,
  );
}

function isText(value: Json): boolean {
  return typeof value === 'string';
}
