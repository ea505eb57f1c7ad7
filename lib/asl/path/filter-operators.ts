/** The operators of filter conditions. An operand that selects nothing is undefined. */

import type { Budget } from '../budget.ts';
import { compareNumbers } from '../json/exact-number.ts';
import { isObject, type Json } from '../json/json.ts';
import { sameJson } from '../json/same-json.ts';
import { containsText, containsTextWork } from '../string-pattern.ts';

/** The operators; those that are a prefix of another one come after it. */
export const filterOperators = [
  '==',
  '!=',
  '<=',
  '>=',
  '<',
  '>',
  'in',
  'nin',
  'contains',
  'size',
  'empty',
] as const;

/** One operator of a filter condition. */
export type FilterOperator = (typeof filterOperators)[number];

/**
 * Whether the comparison is true. Only two numbers, or two strings, can be ordered. Spends the work
 * of what it compares.
 */
export function compare(
  operator: FilterOperator,
  left: Json | undefined,
  right: Json | undefined,
  budget: Budget,
): boolean {
  switch (operator) {
    case '==':
      return equal(left, right, budget);
    case '!=':
      return !equal(left, right, budget);
    case 'in':
      return Array.isArray(right) && right.some((item) => equal(left, item, budget));
    case 'nin':
      return Array.isArray(right) && !right.some((item) => equal(left, item, budget));
    case 'contains':
      return contains(left, right, budget);
    case 'size':
      return size(left, budget) === right && right !== undefined;
    case 'empty':
      return isEmpty(left, budget) === right && right !== undefined;
    default:
      if (typeof left === 'string') budget.spendReading(left.length);
      return isOrdered(operator, left, right);
  }
}

function equal(left: Json | undefined, right: Json | undefined, budget: Budget): boolean {
  return left !== undefined && right !== undefined && sameJson(left, right, budget);
}

function contains(left: Json | undefined, right: Json | undefined, budget: Budget): boolean {
  if (typeof left === 'string') {
    if (typeof right !== 'string') return false;
    budget.spend(containsTextWork(left, right));
    return containsText(left, right);
  }
  return Array.isArray(left) && left.some((item) => equal(item, right, budget));
}

function size(value: Json | undefined, budget: Budget): number | undefined {
  if (typeof value === 'string' || Array.isArray(value)) return value.length;
  if (!isObject(value)) return undefined;
  const { length } = Object.keys(value);
  budget.spend(length);
  return length;
}

function isEmpty(value: Json | undefined, budget: Budget): boolean | undefined {
  const found = size(value, budget);
  return found === undefined ? undefined : found === 0;
}

function isOrdered(
  operator: '<' | '<=' | '>' | '>=',
  left: Json | undefined,
  right: Json | undefined,
): boolean {
  const order = compareValues(left, right);
  if (order === undefined) return false;
  if (operator === '<') return order < 0;
  if (operator === '<=') return order <= 0;
  return operator === '>' ? order > 0 : order >= 0;
}

function compareValues(left: Json | undefined, right: Json | undefined): number | undefined {
  if (typeof left !== 'string' || typeof right !== 'string') return compareNumbers(left, right);
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
