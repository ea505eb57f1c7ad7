/** Checks `Retry` and `Catch`. */

import type { QueryLanguageName } from '../definition.ts';
import type { Json, JsonObject } from '../json/json.ts';
import { ErrorName } from '../state-error.ts';
import { assignTemplate } from './assign.ts';
import { referencePathOrNull } from './expression-checks.ts';
import { filledText, integer, listOf, number, oneOf, refuseType, text } from './field-checks.ts';
import { type Check, checkFields, type FieldTable, objectAt, type Place } from './field-table.ts';
import { jsonataTemplate } from './jsonata-checks.ts';
import { below, type Report } from './report.ts';

/** The longest wait between two tries, in seconds: a year of 366 days (AWS's quota, exclusive). */
const maxDelaySecondsMax = 31_622_399;

/** The largest number of seconds and of attempts that a field may name (AWS's quota). */
export const countMax = 99_999_999;

const retrierFields: FieldTable = {
  Comment: text,
  ErrorEquals: listOf(filledText),
  IntervalSeconds: integer(1, countMax),
  MaxAttempts: integer(0, countMax),
  BackoffRate: number(1),
  MaxDelaySeconds: integer(1, maxDelaySecondsMax),
  JitterStrategy: oneOf('FULL', 'NONE'),
};

const catcherFields: FieldTable = {
  Comment: text,
  ErrorEquals: listOf(filledText),
  Next: filledText,
  Assign: assignTemplate,
};
const catcherFieldsOf: Readonly<Record<QueryLanguageName, FieldTable>> = {
  JSONPath: { ...catcherFields, ResultPath: referencePathOrNull },
  JSONata: { ...catcherFields, Output: jsonataTemplate },
};

/** Takes the retriers of a state. */
export const retriers: Check = (value, place) => {
  eachRule(value, place, (retrier, location) => {
    checkFields(retrier, retrierFields, ['ErrorEquals'], location, place.validation);
    checkDelays(retrier, location, place.validation.report);
  });
};

/** Takes the catchers of a state. */
export const catchers: Check = (value, place) => {
  eachRule(value, place, (catcher, location) => {
    const fields = catcherFieldsOf[place.validation.language];
    const validation = { ...place.validation, hasError: true };
    checkFields(catcher, fields, ['ErrorEquals', 'Next'], location, validation);
  });
};

function eachRule(
  value: Json,
  place: Place,
  check: (rule: JsonObject, location: string) => void,
): void {
  if (!Array.isArray(value)) {
    refuseType(value, place, 'ARRAY');
    return;
  }
  for (const [index, item] of value.entries()) {
    const location = below(place.location, index);
    const rule = objectAt(item, { ...place, location });
    if (rule === undefined) continue;
    check(rule, location);
    checkCatchAll(rule, index === value.length - 1, location, place.validation.report);
  }
}

function checkCatchAll(rule: JsonObject, isLast: boolean, location: string, report: Report): void {
  const { ErrorEquals: names } = rule;
  if (!Array.isArray(names) || !names.includes(ErrorName.all)) return;
  const at = below(location, 'ErrorEquals');
  if (names.length > 1) report.schema(`'${ErrorName.all}' must appear alone`, at);
  if (!isLast) report.schema(`'${ErrorName.all}' must appear in the last element only`, at);
}

function checkDelays(retrier: JsonObject, location: string, report: Report): void {
  const { IntervalSeconds: interval = 1, MaxDelaySeconds: longest } = retrier;
  if (typeof interval !== 'number' || typeof longest !== 'number' || longest > interval) return;
  report.schema(
    "'MaxDelaySeconds' must be greater than 'IntervalSeconds'",
    below(location, 'MaxDelaySeconds'),
    `found ${longest}, and ${interval} as the interval`,
  );
}
