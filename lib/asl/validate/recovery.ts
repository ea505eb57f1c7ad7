/** Checks `Retry` and `Catch`. */

import type { QueryLanguageName } from '../definition.ts';
import type { Json, JsonObject } from '../json/json.ts';
import { childPointer } from '../json/json-pointer.ts';
import { ErrorName } from '../state-error.ts';
import { assignTemplate } from './assign.ts';
import { referencePathOrNull } from './expression-checks.ts';
import {
  integer,
  listOf,
  nonEmptyString,
  number,
  oneOf,
  reportWrongType,
  string,
} from './field-checks.ts';
import {
  type Check,
  checkFields,
  type FieldContext,
  type FieldTable,
  requireObject,
} from './field-table.ts';
import { jsonataTemplate } from './jsonata-checks.ts';
import type { Report } from './report.ts';

/**
 * Maximum delay between two attempts, in seconds. AWS's quota, which is exclusive, is a year of 366
 * days.
 */
const maxDelaySecondsMax = 31_622_399;

/** Maximum value of fields with seconds or attempts, as at AWS. */
export const integerFieldMax = 99_999_999;

const retrierFields: FieldTable = {
  Comment: string,
  ErrorEquals: listOf(nonEmptyString),
  IntervalSeconds: integer(1, integerFieldMax),
  MaxAttempts: integer(0, integerFieldMax),
  BackoffRate: number(1),
  MaxDelaySeconds: integer(1, maxDelaySecondsMax),
  JitterStrategy: oneOf('FULL', 'NONE'),
};

const catcherFields: FieldTable = {
  Comment: string,
  ErrorEquals: listOf(nonEmptyString),
  Next: nonEmptyString,
  Assign: assignTemplate,
};
const catcherTables: Readonly<Record<QueryLanguageName, FieldTable>> = {
  JSONPath: { ...catcherFields, ResultPath: referencePathOrNull },
  JSONata: { ...catcherFields, Output: jsonataTemplate },
};

/** Accepts the retriers of a state. */
export const retriers: Check = (value, context) => {
  checkEach(value, context, (retrier, location) => {
    checkFields(retrier, retrierFields, ['ErrorEquals'], location, context.validation);
    checkDelays(retrier, location, context.validation.report);
  });
};

/** Accepts the catchers of a state. */
export const catchers: Check = (value, context) => {
  checkEach(value, context, (catcher, location) => {
    const fields = catcherTables[context.validation.language];
    const validation = { ...context.validation, inCatcher: true };
    checkFields(catcher, fields, ['ErrorEquals', 'Next'], location, validation);
  });
};

function checkEach(
  value: Json,
  context: FieldContext,
  check: (rule: JsonObject, location: string) => void,
): void {
  if (!Array.isArray(value)) {
    reportWrongType(value, context, 'ARRAY');
    return;
  }
  for (const [index, item] of value.entries()) {
    const location = childPointer(context.location, index);
    const rule = requireObject(item, { ...context, location });
    if (rule === undefined) continue;
    check(rule, location);
    checkCatchAll(rule, index === value.length - 1, location, context.validation.report);
  }
}

function checkCatchAll(rule: JsonObject, isLast: boolean, location: string, report: Report): void {
  const { ErrorEquals: names } = rule;
  if (!Array.isArray(names) || !names.includes(ErrorName.all)) return;
  const at = childPointer(location, 'ErrorEquals');
  if (names.length > 1) report.schemaError(`'${ErrorName.all}' must appear alone`, at);
  if (!isLast) report.schemaError(`'${ErrorName.all}' must appear in the last element only`, at);
}

function checkDelays(retrier: JsonObject, location: string, report: Report): void {
  const { IntervalSeconds: interval = 1, MaxDelaySeconds: longest } = retrier;
  if (typeof interval !== 'number' || typeof longest !== 'number' || longest > interval) return;
  report.schemaError(
    "'MaxDelaySeconds' must be greater than 'IntervalSeconds'",
    childPointer(location, 'MaxDelaySeconds'),
    `found ${longest}, and ${interval} as the interval`,
  );
}
