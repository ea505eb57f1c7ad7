/** The operators of filter conditions. An operand that selects nothing is undefined. */
import { isObject, type Json } from '../json/json.ts';
import { sameJson } from '../json/same-json.ts';

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

/** Whether the comparison is true. Only two numbers, or two strings, can be ordered. */
export function compare(
  operator: FilterOperator,
  left: Json | undefined,
  right: Json | undefined,
): boolean {
  switch (operator) {
    case '==':
      return equal(left, right);
    case '!=':
      return !equal(left, right);
    case 'in':
      return Array.isArray(right) && right.some((item) => equal(left, item));
    case 'nin':
      return Array.isArray(right) && !right.some((item) => equal(left, item));
    case 'contains':
      return contains(left, right);
    case 'size':
      return size(left) !== undefined && size(left) === right;
    case 'empty':
      return size(left) !== undefined && (size(left) === 0) === right;
    default:
      return isOrdered(operator, left, right);
  }
}

function equal(left: Json | undefined, right: Json | undefined): boolean {
  return left !== undefined && right !== undefined && sameJson(left, right);
}

function contains(left: Json | undefined, right: Json | undefined): boolean {
  if (typeof left === 'string') return typeof right === 'string' && left.includes(right);
  return Array.isArray(left) && left.some((item) => equal(item, right));
}

function size(value: Json | undefined): number | undefined {
  if (typeof value === 'string' || Array.isArray(value)) return value.length;
  return isObject(value) ? Object.keys(value).length : undefined;
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
  if (typeof left === 'number' && typeof right === 'number') return left - right;
  if (typeof left !== 'string' || typeof right !== 'string') return undefined;
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
