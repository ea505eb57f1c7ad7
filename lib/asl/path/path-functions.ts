import { toDouble } from '../json/exact-number.ts';
import { isObject, type Json } from '../json/json.ts';

/** A function of the value that the preceding steps select. */
export type PathFunction = (value: Json) => Json | undefined;

/**
 * The functions that may end a path, as in `$.items.length()`, by name. They return undefined for a
 * value of the wrong type.
 */
export const pathFunctions: ReadonlyMap<string, PathFunction> = new Map<string, PathFunction>([
  ['length', length],
  ['size', length],
  ['keys', (value) => (isObject(value) ? Object.keys(value) : undefined)],
  ['first', (value) => (Array.isArray(value) ? value[0] : undefined)],
  ['last', (value) => (Array.isArray(value) ? value.at(-1) : undefined)],
  ['min', aggregate((numbers) => numbers.reduce((a, b) => Math.min(a, b)))],
  ['max', aggregate((numbers) => numbers.reduce((a, b) => Math.max(a, b)))],
  ['sum', aggregate(sum)],
  ['avg', aggregate((numbers) => sum(numbers) / numbers.length)],
  ['stddev', aggregate(standardDeviation)],
]);

function length(value: Json): Json | undefined {
  if (typeof value === 'string' || Array.isArray(value)) return value.length;
  return isObject(value) ? Object.keys(value).length : undefined;
}

/** Applies `calculate` to the numbers of an array; its other items are ignored. */
function aggregate(calculate: (numbers: readonly number[]) => number): PathFunction {
  return (value) => {
    if (!Array.isArray(value)) return undefined;
    const numbers = value.map(toDouble).filter((item) => item !== undefined);
    return numbers.length === 0 ? undefined : calculate(numbers);
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => a + b, 0);
}

function standardDeviation(numbers: readonly number[]): number {
  const mean = sum(numbers) / numbers.length;
  return Math.sqrt(sum(numbers.map((number) => (number - mean) ** 2)) / numbers.length);
}
