/** Describes the rules of Choice states in one line. */
import type { ChoiceRule, DataTest } from '../asl/definition.ts';
import type { Json } from '../asl/json/json.ts';

/** Maximum length of a description, in characters. */
const lengthMax = 200;

/** Describes a rule: by its comment, or by its condition, such as `$.total > 100`. */
export function describeRule(rule: ChoiceRule): string {
  const comment = typeof rule.Comment === 'string' ? rule.Comment.trim() : '';
  const text = comment === '' ? conditionText(rule) : comment;
  return text.length <= lengthMax ? text : `${text.slice(0, lengthMax - 1)}…`;
}

function conditionText(rule: ChoiceRule): string {
  if (has(rule, 'Condition')) return expressionText(rule.Condition);
  if (has(rule, 'And')) return joinRules(rule.And, 'and');
  if (has(rule, 'Or')) return joinRules(rule.Or, 'or');
  if (has(rule, 'Not')) return `not (${conditionText(rule.Not)})`;
  return testText(rule);
}

function has<Key extends 'Condition' | 'And' | 'Or' | 'Not'>(
  rule: ChoiceRule,
  key: Key,
): rule is Extract<ChoiceRule, Readonly<Record<Key, unknown>>> {
  return Object.hasOwn(rule, key);
}

/** Returns an expression of JSONata without its delimiters, on one line. */
function expressionText(condition: string | boolean): string {
  return String(condition).replace(/^\{%/, '').replace(/%\}$/, '').replaceAll(/\s+/g, ' ').trim();
}

function joinRules(rules: readonly ChoiceRule[], word: 'and' | 'or'): string {
  const texts: string[] = [];
  let length = 0;
  for (const rule of rules) {
    // A definition of a megabyte may be one rule: what is cut off later is not written first.
    if (length > lengthMax) break;
    const text = conditionText(rule);
    length += text.length;
    texts.push(has(rule, 'And') || has(rule, 'Or') ? `(${text})` : text);
  }
  return texts.join(` ${word} `);
}

const otherFields = new Set(['Variable', 'Next', 'Comment', 'Assign', 'Output']);

const signs: readonly (readonly [suffix: string, sign: string])[] = [
  ['LessThanEquals', '≤'],
  ['GreaterThanEquals', '≥'],
  ['LessThan', '<'],
  ['GreaterThan', '>'],
  ['Equals', '='],
];

const typeNames: Readonly<Record<string, string>> = {
  IsNull: 'null',
  IsPresent: 'present',
  IsNumeric: 'a number',
  IsString: 'a string',
  IsBoolean: 'a boolean',
  IsTimestamp: 'a timestamp',
};

function testText(test: DataTest): string {
  const { Variable: variable } = test;
  const [operator, operand] = Object.entries(test).find(([field]) => !otherFields.has(field)) ?? [];
  if (operator === undefined || operand === undefined) return variable;
  const typeName = Object.hasOwn(typeNames, operator) ? typeNames[operator] : undefined;
  if (typeName !== undefined) return `${variable} is ${operand === true ? '' : 'not '}${typeName}`;
  const isPath = operator.endsWith('Path');
  const plain = isPath ? operator.slice(0, -'Path'.length) : operator;
  const [, sign = 'matches'] = signs.find(([suffix]) => plain.endsWith(suffix)) ?? [];
  return `${variable} ${sign} ${isPath ? String(operand) : operandText(operand)}`;
}

function operandText(operand: Json): string {
  const text = JSON.stringify(operand);
  return text.length <= lengthMax ? text : `${text.slice(0, lengthMax)}…`;
}
