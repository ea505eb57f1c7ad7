/**
 * The comparisons of Choice rules. A value of another type than the operator's never compares true.
 */
import type { Json } from './json/json.ts';
import { compilePattern } from './string-pattern.ts';
import { parseTimestamp } from './timestamp.ts';

/** Compares what `Variable` selected with the operand. */
export type Comparison = (value: Json, operand: Json) => boolean;

/** The types that an operand may have. */
export type OperandType = 'string' | 'number' | 'boolean' | 'timestamp';

/** An operator that compares two values; each but `StringMatches` has a `…Path` variant too. */
export interface ComparisonOperator {
  readonly operandType: OperandType;
  readonly compare: Comparison;
}

type Order = (order: number) => boolean;

const orders: readonly (readonly [string, Order])[] = [
  ['Equals', (order) => order === 0],
  ['LessThan', (order) => order < 0],
  ['GreaterThan', (order) => order > 0],
  ['LessThanEquals', (order) => order <= 0],
  ['GreaterThanEquals', (order) => order >= 0],
];

/** Every comparing operator that has a `…Path` variant, by its name without `Path`. */
export const comparisonOperators: ReadonlyMap<string, ComparisonOperator> = new Map([
  ...family('String', 'string', compareTexts),
  ...family('Numeric', 'number', compareNumbers),
  ...family('Timestamp', 'timestamp', compareTimestamps),
  ['BooleanEquals', { operandType: 'boolean' as const, compare: sameBoolean }],
]);

/** Every operator that asks about the value's type; its operand is what the answer must be. */
export const typeTests: ReadonlyMap<string, (value: Json) => boolean> = new Map([
  ['IsNull', (value: Json) => value === null],
  ['IsNumeric', (value: Json) => typeof value === 'number'],
  ['IsString', (value: Json) => typeof value === 'string'],
  ['IsBoolean', (value: Json) => typeof value === 'boolean'],
  ['IsTimestamp', (value: Json) => instantOf(value) !== undefined],
]);

/** The matcher of `StringMatches` for this pattern. */
export function patternTest(pattern: string): (value: Json) => boolean {
  const matches = compilePattern(pattern);
  return (value) => typeof value === 'string' && matches(value);
}

function family(
  name: string,
  operandType: OperandType,
  orderOf: (value: Json, operand: Json) => number | undefined,
): [string, ComparisonOperator][] {
  return orders.map(([suffix, holds]) => {
    const compare: Comparison = (value, operand) => {
      const order = orderOf(value, operand);
      return order !== undefined && holds(order);
    };
    return [name + suffix, { operandType, compare }];
  });
}

/** By UTF-16 units, as Java does. */
function compareTexts(value: Json, operand: Json): number | undefined {
  if (typeof value !== 'string' || typeof operand !== 'string') return undefined;
  if (value === operand) return 0;
  return value < operand ? -1 : 1;
}

function compareNumbers(value: Json, operand: Json): number | undefined {
  return typeof value === 'number' && typeof operand === 'number' ? value - operand : undefined;
}

function compareTimestamps(value: Json, operand: Json): number | undefined {
  const [left, right] = [instantOf(value), instantOf(operand)];
  return left === undefined || right === undefined ? undefined : left - right;
}

function instantOf(value: Json): number | undefined {
  return typeof value === 'string' ? parseTimestamp(value) : undefined;
}

function sameBoolean(value: Json, operand: Json): boolean {
  return typeof value === 'boolean' && value === operand;
}
