/**
 * The comparison operators of Choice rules. Comparing a value of a different type than the operator
 * expects is always false.
 */
import { compareNumbers, toDouble } from './json/exact-number.ts';
import type { Json } from './json/json.ts';
import { compilePattern } from './string-pattern.ts';
import { parseTimestamp } from './timestamp.ts';

/** Compares the value that `Variable` selects with the operand. */
export type Comparison = (value: Json, operand: Json) => boolean;

/** Type of an operator's operand. */
export type OperandType = 'string' | 'number' | 'boolean' | 'timestamp';

/** An operator that compares two values. All but `StringMatches` have a `…Path` variant, too. */
export interface ComparisonOperator {
  readonly operandType: OperandType;
  readonly compare: Comparison;
}

type OrderTest = (order: number) => boolean;

const orderTests: readonly (readonly [string, OrderTest])[] = [
  ['Equals', (order) => order === 0],
  ['LessThan', (order) => order < 0],
  ['GreaterThan', (order) => order > 0],
  ['LessThanEquals', (order) => order <= 0],
  ['GreaterThanEquals', (order) => order >= 0],
];

/** The comparison operators that have a `…Path` variant, by name without `Path`. */
export const comparisonOperators: ReadonlyMap<string, ComparisonOperator> = new Map([
  ...family('String', 'string', compareStrings),
  ...family('Numeric', 'number', compareNumbers),
  ...family('Timestamp', 'timestamp', compareTimestamps),
  ['BooleanEquals', { operandType: 'boolean' as const, compare: sameBoolean }],
]);

/** The operators that test a value's type. Their boolean operand is the expected outcome. */
export const typeTests: ReadonlyMap<string, (value: Json) => boolean> = new Map([
  ['IsNull', (value: Json) => value === null],
  ['IsNumeric', (value: Json) => toDouble(value) !== undefined],
  ['IsString', (value: Json) => typeof value === 'string'],
  ['IsBoolean', (value: Json) => typeof value === 'boolean'],
  ['IsTimestamp', (value: Json) => toInstant(value) !== undefined],
]);

/** Creates the test of `StringMatches` for `pattern`. */
export function createPatternTest(pattern: string): (value: Json) => boolean {
  const matches = compilePattern(pattern);
  return (value) => typeof value === 'string' && matches(value);
}

function family(
  name: string,
  operandType: OperandType,
  compareValues: (value: Json, operand: Json) => number | undefined,
): [string, ComparisonOperator][] {
  return orderTests.map(([suffix, holds]) => {
    const compare: Comparison = (value, operand) => {
      const order = compareValues(value, operand);
      return order !== undefined && holds(order);
    };
    return [name + suffix, { operandType, compare }];
  });
}

/** Compares by UTF-16 code units, as Java does. */
function compareStrings(value: Json, operand: Json): number | undefined {
  if (typeof value !== 'string' || typeof operand !== 'string') return undefined;
  if (value === operand) return 0;
  return value < operand ? -1 : 1;
}

function compareTimestamps(value: Json, operand: Json): number | undefined {
  const [left, right] = [toInstant(value), toInstant(operand)];
  return left === undefined || right === undefined ? undefined : left - right;
}

function toInstant(value: Json): number | undefined {
  return typeof value === 'string' ? parseTimestamp(value) : undefined;
}

function sameBoolean(value: Json, operand: Json): boolean {
  return typeof value === 'boolean' && value === operand;
}
