/** Checks the rules of a Choice state. */
import { comparisonOperators, type OperandType, typeTests } from '../choice-operators.ts';
import type { JsonObject } from '../json/json.ts';
import { assignTemplate } from './assign.ts';
import { literalText, path } from './expression-checks.ts';
import { filledText, flag, listOf, number, text, timestamp } from './field-checks.ts';
import {
  type Check,
  checkFields,
  type FieldTable,
  objectAt,
  type Validation,
} from './field-table.ts';
import { jsonataOr, jsonataTemplate } from './jsonata-checks.ts';

/** Takes the rules directly in `Choices`, each of which says where to go. */
export const topLevelRule: Check = (value, place) => {
  const rule = objectAt(value, place);
  if (rule === undefined) return;
  const { location, validation } = place;
  if (validation.language === 'JSONata') {
    checkFields(rule, conditionFields, ['Condition', 'Next'], location, validation);
  } else {
    checkRule(rule, { Next: filledText, Assign: assignTemplate }, location, validation);
  }
};

/** Takes a rule inside of another. */
const nestedRule: Check = (value, place) => {
  const rule = objectAt(value, place);
  if (rule !== undefined) checkRule(rule, {}, place.location, place.validation);
};

const operandChecks: Readonly<Record<OperandType, Check>> = {
  string: literalText,
  number: number(-Number.MAX_VALUE),
  boolean: flag,
  timestamp,
};

const operatorFields: FieldTable = Object.fromEntries([
  ...[...comparisonOperators].flatMap(([name, { operandType }]) => [
    [name, operandChecks[operandType]],
    [`${name}Path`, path],
  ]),
  ...[...typeTests.keys(), 'IsPresent'].map((name) => [name, flag]),
  ['StringMatches', text],
  ['And', listOf(nestedRule)],
  ['Or', listOf(nestedRule)],
  ['Not', nestedRule],
]);

/** A rule of a JSONata state. */
const conditionFields: FieldTable = {
  Comment: text,
  Condition: jsonataOr(flag, 'a JSONata expression'),
  Next: filledText,
  Assign: assignTemplate,
  Output: jsonataTemplate,
};

const joints = ['And', 'Or', 'Not'];

function checkRule(
  rule: JsonObject,
  fields: FieldTable,
  location: string,
  validation: Validation,
): void {
  const operators = Object.keys(rule).filter((field) => Object.hasOwn(operatorFields, field));
  const [operator] = operators;
  const isJoint = operator !== undefined && joints.includes(operator);
  const known: FieldTable = {
    Comment: text,
    ...fields,
    ...operatorFields,
    ...(isJoint ? {} : { Variable: path }),
  };
  const required = [...('Next' in fields ? ['Next'] : []), ...(isJoint ? [] : ['Variable'])];
  checkFields(rule, known, required, location, validation);
  if (operators.length === 1) return;
  validation.report.schema(
    'A choice rule must have exactly one comparison operator',
    location,
    operators.length === 0 ? 'found none' : `found ${operators.join(', ')}`,
  );
}
