/**
 * Checks an object against a table of the fields it may have; a field outside of the table is
 * refused.
 */
import type { QueryLanguageName } from '../definition.ts';
import { isObject, type Json, type JsonObject } from '../json/json.ts';
import { below, type Report, shown } from './report.ts';

/** What a check may use beside the value. */
export interface Validation {
  readonly report: Report;
  /** The query language of the fields that are checked. */
  readonly language: QueryLanguageName;
  /** Whether what Millrace adds to the language is known. */
  readonly extensions: boolean;
  /** The labels of the machine's distributed Maps that were seen so far. */
  readonly labels: Set<string>;
  /** Whether there is an error to read: in a catcher. */
  readonly hasError: boolean;
  /** Tells that the state reads the variable `name` at `location`. */
  readonly refer: (name: string, location: string) => void;
  /** Tells that the state sets the variable `name` at `location`. */
  readonly assign: (name: string, location: string) => void;
  /**
   * Checks a graph of states inside of a state; given in, because graphs and states contain each
   * other. One that `isIsolated` sees no variables of the states around it.
   */
  readonly checkGraph: (graph: JsonObject, location: string, isIsolated?: boolean) => void;
}

/** Where a checked value stands. */
export interface Place {
  readonly field: string;
  readonly location: string;
  readonly validation: Validation;
}

/** Reports what is wrong with one field's value. */
export type Check = (value: Json, place: Place) => void;

/** The fields that an object may have, each with the check of its value. */
export type FieldTable = Readonly<Record<string, Check>>;

/** Checks every field of `object` that stands at `location`, and that `required` ones are there. */
export function checkFields(
  object: JsonObject,
  table: FieldTable,
  required: readonly string[],
  location: string,
  validation: Validation,
): void {
  const missing = required.filter((field) => !Object.hasOwn(object, field));
  if (missing.length > 0) {
    validation.report.schema(`These fields are required: [${missing.join(', ')}]`, location);
  }
  for (const [field, value] of Object.entries(object)) {
    const check = Object.hasOwn(table, field) ? table[field] : undefined;
    if (check !== undefined) check(value, { field, location: below(location, field), validation });
    else refuseField(field, location, validation);
  }
}

/** Refuses a second field of `fields`, which exclude one another. */
export function checkOnlyOne(
  object: JsonObject,
  fields: readonly string[],
  location: string,
  report: Report,
): void {
  if (fields.filter((field) => Object.hasOwn(object, field)).length > 1) {
    report.schema(
      `There should only be one of the following fields: [${fields.join(', ')}]`,
      location,
    );
  }
}

/** As `checkOnlyOne`, and refuses none of them as well. */
export function checkExactlyOne(
  object: JsonObject,
  fields: readonly string[],
  location: string,
  report: Report,
): void {
  checkOnlyOne(object, fields, location, report);
  if (fields.some((field) => Object.hasOwn(object, field))) return;
  report.schema(`One of these fields is required: [${fields.join(', ')}]`, location);
}

/** The value as an object, or undefined and a finding. */
export function objectAt(value: Json, place: Place): JsonObject | undefined {
  if (isObject(value)) return value;
  place.validation.report.schema(
    'Expected value of type [OBJECT]',
    place.location,
    `found ${shown(value)}`,
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
function refuseField(field: string, location: string, { report, language }: Validation): void {
  const other = languageOnlyOf(field);
  if (other !== undefined && other !== language) {
    report.schema(
      `The QueryLanguage is set to '${language}', but field '${field}' is only supported for the '${other}' QueryLanguage`,
      location,
    );
  } else {
    report.schema(`Field '${field}' is not supported`, location);
  }
}

/** The one language that knows the field, if it is one only. */
function languageOnlyOf(field: string): QueryLanguageName | undefined {
  if (jsonataFields.has(field)) return 'JSONata';
  const isPath = jsonPathFields.has(field) || /^[A-Z][A-Za-z]+Path$/.test(field);
  return isPath ? 'JSONPath' : undefined;
}
