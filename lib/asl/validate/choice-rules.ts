/** Checks the rules of a Choice state. */
import { comparisonOperators, type OperandType, typeTests } from '../choice-operators.ts';
import type { JsonObject } from '../json/json.ts';
import { assignTemplate } from './assign.ts';
import { literalString, path } from './expression-checks.ts';
import {
  boolean,
  listOf,
  nonEmptyString,
  number,
  string,
  timestampString,
} from './field-checks.ts';
import {
  type Check,
  checkFields,
  type FieldTable,
  requireObject,
  type Validation,
} from './field-table.ts';
import { jsonataOr, jsonataTemplate } from './jsonata-checks.ts';

/** Accepts a rule directly in `Choices`, which has a `Next`. */
export const topLevelRule: Check = (value, context) => {
  const rule = requireObject(value, context);
  if (rule === undefined) return;
  const { location, validation } = context;
  if (validation.language === 'JSONata') {
    checkFields(rule, conditionFields, ['Condition', 'Next'], location, validation);
  } else {
    checkRule(rule, { Next: nonEmptyString, Assign: assignTemplate }, location, validation);
  }
};

/** Accepts a rule inside of another rule. */
const nestedRule: Check = (value, context) => {
  const rule = requireObject(value, context);
  if (rule !== undefined) checkRule(rule, {}, context.location, context.validation);
};

const operandChecks: Readonly<Record<OperandType, Check>> = {
  string: literalString,
  number: number(-Number.MAX_VALUE),
  boolean,
  timestamp: timestampString,
};

const operatorFields: FieldTable = Object.fromEntries([
  ...[...comparisonOperators].flatMap(([name, { operandType }]) => [
    [name, operandChecks[operandType]],
    [`${name}Path`, path],
  ]),
  ...[...typeTests.keys(), 'IsPresent'].map((name) => [name, boolean]),
  ['StringMatches', string],
  ['And', listOf(nestedRule)],
  ['Or', listOf(nestedRule)],
  ['Not', nestedRule],
]);

/** The fields of a rule in a JSONata state. */
const conditionFields: FieldTable = {
  Comment: string,
  Condition: jsonataOr(boolean, 'a JSONata expression'),
  Next: nonEmptyString,
  Assign: assignTemplate,
  Output: jsonataTemplate,
};

const combinators = ['And', 'Or', 'Not'];

function checkRule(
  rule: JsonObject,
  fields: FieldTable,
  location: string,
  validation: Validation,
): void {
  const operators = Object.keys(rule).filter((field) => Object.hasOwn(operatorFields, field));
  const [operator] = operators;
  const isCombination = operator !== undefined && combinators.includes(operator);
  const known: FieldTable = {
    Comment: string,
    ...fields,
    ...operatorFields,
    ...(isCombination ? {} : { Variable: path }),
  };
  const required = [...('Next' in fields ? ['Next'] : []), ...(isCombination ? [] : ['Variable'])];
  checkFields(rule, known, required, location, validation);
  if (operators.length === 1) return;
  validation.report.schemaError(
    'A choice rule must have exactly one comparison operator',
    location,
    operators.length === 0 ? 'found none' : `found ${operators.join(', ')}`,
  );
}
