/** Checks objects against tables of their fields; fields outside of the table are errors. */
import type { QueryLanguageName } from '../definition.ts';
import { isObject, type Json, type JsonObject } from '../json/json.ts';
import { childPointer } from '../json/json-pointer.ts';
import { describeValue, type Report } from './report.ts';

/** The state of a validation that checks use. */
export interface Validation {
  readonly report: Report;
  /** The query language of the checked fields. */
  readonly language: QueryLanguageName;
  /** Whether Millrace's extensions of the language are accepted. */
  readonly extensions: boolean;
  /** The labels of the distributed Maps that have been checked so far. */
  readonly labels: Set<string>;
  /** Whether the fields are those of a catcher, which can read the error. */
  readonly inCatcher: boolean;
  /** Records that the state reads the variable `name` at `location`. */
  readonly recordRead: (name: string, location: string) => void;
  /** Records that the state assigns the variable `name` at `location`. */
  readonly recordAssignment: (name: string, location: string) => void;
  /**
   * Checks a graph of states inside of a state. It is a callback because graphs and states contain
   * each other. A graph that `isIsolated` cannot read the variables of the enclosing states.
   */
  readonly checkGraph: (graph: JsonObject, location: string, isIsolated?: boolean) => void;
}

/** The field of a checked value. */
export interface FieldContext {
  readonly field: string;
  readonly location: string;
  readonly validation: Validation;
}

/** Reports the problems of one field's value. */
export type Check = (value: Json, context: FieldContext) => void;

/** The fields of an object, each with the check of its value. */
export type FieldTable = Readonly<Record<string, Check>>;

/** Checks all fields of the object at `location`, and that the `required` ones are present. */
export function checkFields(
  object: JsonObject,
  table: FieldTable,
  required: readonly string[],
  location: string,
  validation: Validation,
): void {
  if (!required.every((field) => Object.hasOwn(object, field))) {
    const missing = required.filter((field) => !Object.hasOwn(object, field));
    validation.report.schemaError(`These fields are required: [${missing.join(', ')}]`, location);
  }
  for (const [field, value] of Object.entries(object)) {
    const check = Object.hasOwn(table, field) ? table[field] : undefined;
    if (check !== undefined)
      check(value, { field, location: childPointer(location, field), validation });
    else reportUnknownField(field, location, validation);
  }
}

/** Checks that at most one of `fields` is present. */
export function checkAtMostOne(
  object: JsonObject,
  fields: readonly string[],
  location: string,
  report: Report,
): void {
  if (fields.filter((field) => Object.hasOwn(object, field)).length > 1) {
    report.schemaError(
      `There should only be one of the following fields: [${fields.join(', ')}]`,
      location,
    );
  }
}

/** Checks that exactly one of `fields` is present. */
export function checkExactlyOne(
  object: JsonObject,
  fields: readonly string[],
  location: string,
  report: Report,
): void {
  checkAtMostOne(object, fields, location, report);
  if (fields.some((field) => Object.hasOwn(object, field))) return;
  report.schemaError(`One of these fields is required: [${fields.join(', ')}]`, location);
}

/** Returns the value as an object; if it is not one, reports it and returns undefined. */
export function requireObject(value: Json, context: FieldContext): JsonObject | undefined {
  if (isObject(value)) return value;
  context.validation.report.schemaError(
    'Expected value of type [OBJECT]',
    context.location,
    `found ${describeValue(value)}`,
  );
  return undefined;
}

const jsonataFields: ReadonlySet<string> = new Set(['Arguments', 'Output', 'Items', 'Condition']);
const jsonPathFields: ReadonlySet<string> = new Set([
  'InputPath',
  'OutputPath',
  'ResultPath',
  'Parameters',
  'ResultSelector',
  'Result',
  'Variable',
]);
function reportUnknownField(
  field: string,
  location: string,
  { report, language }: Validation,
): void {
  const other = onlyLanguageWith(field);
  if (other !== undefined && other !== language) {
    report.schemaError(
      `The QueryLanguage is set to '${language}', but field '${field}' is only supported for the '${other}' QueryLanguage`,
      location,
    );
  } else {
    report.schemaError(`Field '${field}' is not supported`, location);
  }
}

/** Returns the language of a field that only one of the two languages has. */
function onlyLanguageWith(field: string): QueryLanguageName | undefined {
  if (jsonataFields.has(field)) return 'JSONata';
  const isPath = jsonPathFields.has(field) || /^[A-Z][A-Za-z]+Path$/.test(field);
  return isPath ? 'JSONPath' : undefined;
}
