/** Compiles the rules of a Choice state to closures. */
import { assert } from '../errors.ts';
import { comparisonOperators, createPatternTest, typeTests } from './choice-operators.ts';
import type { ChoiceRule, DataTest } from './definition.ts';
import type { Evaluation } from './evaluation.ts';
import type { Json } from './json/json.ts';
import { compilePath, type JsonPath } from './path/json-path.ts';
import { ErrorName, StateError } from './state-error.ts';

/**
 * Evaluates one rule. A path that selects nothing throws `States.Runtime`, except under
 * `IsPresent`.
 */
export type Condition = (evaluation: Evaluation) => boolean;

/** The fields of a rule that are not its comparison operator. */
const otherFields = new Set(['Variable', 'Next', 'Comment', 'Assign', 'Output']);

/** Compiles a rule of a JSONPath state that has passed validation. */
export function compileChoiceRule(rule: ChoiceRule): Condition {
  if (isNegation(rule)) {
    const inner = compileChoiceRule(rule.Not);
    return (evaluation) => !inner(evaluation);
  }
  if (isConjunction(rule)) {
    const all = rule.And.map(compileChoiceRule);
    return (evaluation) => all.every((condition) => condition(evaluation));
  }
  if (isDisjunction(rule)) {
    const any = rule.Or.map(compileChoiceRule);
    return (evaluation) => any.some((condition) => condition(evaluation));
  }
  assert(!isExpression(rule), 'a rule with a Condition is of a JSONata state');
  return compileDataTest(rule);
}

function isExpression(rule: ChoiceRule): rule is Extract<ChoiceRule, { Condition: unknown }> {
  return Object.hasOwn(rule, 'Condition');
}

function isNegation(rule: ChoiceRule): rule is Extract<ChoiceRule, { Not: ChoiceRule }> {
  return Object.hasOwn(rule, 'Not');
}

function isConjunction(rule: ChoiceRule): rule is Extract<ChoiceRule, { And: unknown }> {
  return Object.hasOwn(rule, 'And');
}

function isDisjunction(rule: ChoiceRule): rule is Extract<ChoiceRule, { Or: unknown }> {
  return Object.hasOwn(rule, 'Or');
}

function compileDataTest(rule: DataTest): Condition {
  const variable = compilePath(rule.Variable);
  const [operator, operand] = findOperation(rule);
  if (operator === 'IsPresent') {
    return (evaluation) => {
      evaluation.budget.spend(1);
      return (variable.select(evaluation) !== undefined) === operand;
    };
  }
  const isOfType = typeTests.get(operator);
  if (isOfType !== undefined) {
    return (evaluation) => isOfType(select(variable, evaluation)) === operand;
  }
  if (operator === 'StringMatches') {
    const matches = createPatternTest(String(operand));
    return (evaluation) => {
      const value = select(variable, evaluation);
      if (typeof value === 'string') evaluation.budget.spend(value.length / 2);
      return matches(value);
    };
  }
  return compileComparison(variable, operator, operand);
}

function findOperation(rule: DataTest): readonly [operator: string, operand: Json] {
  for (const [field, operand] of Object.entries(rule)) {
    if (!otherFields.has(field) && operand !== undefined) return [field, operand];
  }
  throw new Error('invariant broken: a validated rule has an operator');
}

function compileComparison(variable: JsonPath, operator: string, operand: Json): Condition {
  const literal = comparisonOperators.get(operator);
  if (literal !== undefined) {
    return (evaluation) => literal.compare(select(variable, evaluation), operand);
  }
  const byPath = comparisonOperators.get(operator.slice(0, -'Path'.length));
  assert(
    byPath !== undefined && typeof operand === 'string',
    'a validated rule has a known operator',
  );
  const path = compilePath(operand);
  return (evaluation) => byPath.compare(select(variable, evaluation), select(path, evaluation));
}

function select(path: JsonPath, evaluation: Evaluation): Json {
  const value = path.select(evaluation);
  if (value !== undefined) {
    evaluation.budget.spendReading(typeof value === 'string' ? value.length : 0);
    return value;
  }
  throw new StateError(
    ErrorName.runtime,
    `Invalid path '${path.text}': The choice state's condition path references an invalid value.`,
  );
}
