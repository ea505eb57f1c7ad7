/**
 * The costs of the library's functions. They are charged before the call, because it cannot be
 * interrupted. Calls whose arguments alone show that they would take too long are rejected.
 */
import { isObject } from '../json/json.ts';
import { JsonataError, type Meter } from './meter.ts';

/** Functions that visit everything in their first argument. */
const deep: ReadonlySet<string> = new Set(['string', 'clone']);

/** Functions that visit the fields of their first argument, or of its items. */
const shallow: ReadonlySet<string> = new Set(['keys', 'each', 'merge', 'sift', 'spread']);

/** Maximum length of a timestamp, in characters; Millrace's own limit. */
const timestampLengthMax = 256;

type Charge = (args: readonly unknown[], meter: Meter) => void;

const additional: ReadonlyMap<string, Charge> = new Map<string, Charge>([
  // It compares every item with every other one.
  ['distinct', ([items], meter) => meter.charge((meter.chargeDeep(items) * lengthOf(items)) / 16)],
  [
    'sort',
    ([items], meter) => meter.charge((lengthOf(items) * Math.log2(lengthOf(items) + 1)) / 16),
  ],
  ['zip', (lists, meter) => meter.charge(lists.length * Math.max(...lists.map(lengthOf)))],
  [
    'pad',
    ([, width], meter) => meter.assertLength(typeof width === 'number' ? Math.abs(width) : 0),
  ],
  [
    'join',
    ([items, separator], meter) => meter.assertLength((lengthOf(items) - 1) * lengthOf(separator)),
  ],
  ['toMillis', ([timestamp, picture]) => assertParsable(lengthOf(timestamp), picture)],
]);

/** Charges a call of the library function `name`. */
export function chargeCall(name: string, args: readonly unknown[], meter: Meter): void {
  meter.charge(1);
  for (const argument of args) meter.chargeValue(argument);
  if (deep.has(name)) meter.chargeDeep(args[0]);
  if (shallow.has(name)) meter.charge(countFields(args[0]));
  if (name === 'sift' || name === 'spread') assertNoPrototype(args[0]);
  additional.get(name)?.(args, meter);
}

/** Charges the result of a call. */
export function chargeResult(result: unknown, meter: Meter): void {
  meter.chargeValue(result);
  if (Array.isArray(result)) meter.charge(result.length / 4);
}

/** Returns the number of items or characters; 0 for any other value. */
export function lengthOf(value: unknown): number {
  return Array.isArray(value) || typeof value === 'string' ? value.length : 0;
}

function countFields(value: unknown): number {
  if (Array.isArray(value)) {
    return value.reduce<number>((sum, item) => sum + (isObject(item) ? countFields(item) : 0), 0);
  }
  return isObject(value) ? Object.keys(value).length : 0;
}

/** Rejects a field `__proto__`: the library would set it as the prototype of its result. */
function assertNoPrototype(value: unknown): void {
  if (Array.isArray(value)) for (const item of value) assertNoPrototype(item);
  else if (isObject(value) && Object.hasOwn(value, '__proto__')) {
    throw new JsonataError('D3137', 'An object with a field named __proto__ is not supported');
  }
}

/**
 * Rejects a timestamp that is too long for its picture. The library converts the picture to a
 * regular expression, which backtracks for every name and every optional digit.
 */
function assertParsable(length: number, picture: unknown): void {
  const open =
    typeof picture === 'string' ? (picture.match(/\[(?:[PF]|.[^\]]*[a-z#])/gi) ?? []) : [];
  const lengthMax = Math.min(timestampLengthMax, Math.floor(1e8 ** (1 / (open.length + 1))));
  if (length <= lengthMax) return;
  throw new JsonataError('U1001', `A timestamp of this format has at most ${lengthMax} characters`);
}
