/**
 * The operators of JSONata as functions that a guarded expression calls. For each operator that it
 * evaluates, the library creates a generator function, and V8 keeps what such a function refers to
 * until a full collection: an expression with 10,000 sums took 200 MiB.
 */
import { compareNumbers, isExactNumber, toDouble } from '../json/exact-number.ts';
import { isObject } from '../json/json.ts';
import { JsonataError, type Meter } from './meter.ts';
import { concatenate } from './replacements.ts';

type Operator = (left: unknown, right: unknown) => unknown;

/**
 * Returns the operators by their signs; no variable can have such a name. Their operands are
 * evaluated, so `and` and `or` are not among them, nor is `..`, whose result has a limit.
 */
export function createOperators(meter: Meter): ReadonlyMap<string, Operator> {
  const equals: Operator = (left, right) => {
    // Values of two types are different at once.
    if (typeof left === typeof right) {
      meter.chargeDeep(left);
      meter.chargeDeep(right);
    }
    return equal(left, right);
  };
  return new Map<string, Operator>([
    ['+', calculate((left, right) => left + right)],
    ['-', calculate((left, right) => left - right)],
    ['*', calculate((left, right) => left * right)],
    ['/', calculate((left, right) => left / right)],
    ['%', calculate((left, right) => left % right)],
    ['<', compare((left, right) => left < right)],
    ['<=', compare((left, right) => left <= right)],
    ['>', compare((left, right) => left > right)],
    ['>=', compare((left, right) => left >= right)],
    // As in the library, a comparison with nothing is false.
    ['=', (left, right) => isPair(left, right) && equals(left, right)],
    ['!=', (left, right) => isPair(left, right) && !equals(left, right)],
    ['in', (item, list) => isPair(item, list) && includes(item, list)],
    [
      '&',
      (left, right) => {
        meter.chargeDeep(left);
        meter.chargeDeep(right);
        return concatenate(left, right);
      },
    ],
  ]);
}

function calculate(operation: (left: number, right: number) => number): Operator {
  return (given, other) => {
    const left = toOperand('T2001', given);
    const right = toOperand('T2002', other);
    return left === undefined || right === undefined ? undefined : operation(left, right);
  };
}

/** Returns an operand of a calculation; undefined for no value. */
function toOperand(code: string, value: unknown): number | undefined {
  const operand = doubleIn(value);
  if (operand === undefined) return undefined;
  if (typeof operand !== 'number' || Number.isNaN(operand)) throw operandError(code, value);
  if (!Number.isFinite(operand)) throw operandError('D1001', operand);
  return operand;
}

function compare(operation: (left: never, right: never) => boolean): Operator {
  return (given, other) => {
    const left = doubleIn(given);
    const right = doubleIn(other);
    const wrong = [left, right].find((operand) => !isComparable(operand));
    if (wrong !== undefined) throw operandError('T2010', wrong);
    if (left === undefined || right === undefined) return undefined;
    if (typeof left !== typeof right) throw operandError('T2009', left, right);
    return operation(left as never, right as never);
  };
}

function isComparable(operand: unknown): boolean {
  return operand === undefined || typeof operand === 'string' || typeof operand === 'number';
}

/** Returns an error to which the library adds the operator and the text for its code. */
function operandError(code: string, value: unknown, value2?: unknown): JsonataError {
  return Object.assign(new JsonataError(code, ''), { value, value2 });
}

function isPair(left: unknown, right: unknown): boolean {
  return left !== undefined && right !== undefined;
}

function includes(item: unknown, list: unknown): boolean {
  const items: unknown[] = Array.isArray(list) ? list : [list];
  return items.some(
    (each) =>
      each === item || ((isExactNumber(each) || isExactNumber(item)) && equalNumbers(each, item)),
  );
}

/** An exact number equals one with the same digits, and the double next to it. */
function equal(left: unknown, right: unknown): boolean {
  if (left === right) return true;
  if (isExactNumber(left) || isExactNumber(right)) return equalNumbers(left, right);
  if (Array.isArray(left)) {
    return (
      Array.isArray(right) &&
      left.length === right.length &&
      left.every((item, index) => equal(item, right[index]))
    );
  }
  if (!isObject(left) || !isObject(right)) return false;
  const names = Object.keys(left);
  return (
    names.length === Object.keys(right).length &&
    names.every((name) => Object.hasOwn(right, name) && equal(left[name], right[name]))
  );
}

function equalNumbers(left: unknown, right: unknown): boolean {
  if (isExactNumber(left) && isExactNumber(right)) return compareNumbers(left, right) === 0;
  return toDouble(left) !== undefined && toDouble(left) === toDouble(right);
}

/** Returns the double next to an exact number, and any other value as it is. */
export function doubleIn(value: unknown): unknown {
  return isExactNumber(value) ? value.valueOf() : value;
}
