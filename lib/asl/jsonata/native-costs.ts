/**
 * What the library's functions cost: charged before they work, because nothing can stop them then.
 * What would take more than a moment for its shape alone is refused.
 */
import { isObject } from '../json/json.ts';
import { JsonataFault, type Meter } from './meter.ts';

/** Functions that go over all that is in their first argument. */
const deep: ReadonlySet<string> = new Set(['string', 'clone']);

/** Functions that go over the fields of their first argument, or of its items. */
const shallow: ReadonlySet<string> = new Set(['keys', 'each', 'merge', 'sift', 'spread']);

/** The longest text that is read as a timestamp, in characters (ours). */
const timestampLengthMax = 256;

type Charge = (args: readonly unknown[], meter: Meter) => void;

const further: ReadonlyMap<string, Charge> = new Map<string, Charge>([
  // compares every item with every other
  ['distinct', ([items], meter) => meter.charge((meter.weighDeep(items) * lengthOf(items)) / 16)],
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
  ['toMillis', ([timestamp, picture]) => assertReadable(lengthOf(timestamp), picture)],
]);

/** Charges a call of the library's function `name`. */
export function chargeCall(name: string, args: readonly unknown[], meter: Meter): void {
  meter.charge(1);
  for (const argument of args) meter.weigh(argument);
  if (deep.has(name)) meter.weighDeep(args[0]);
  if (shallow.has(name)) meter.charge(fieldsIn(args[0]));
  if (name === 'sift' || name === 'spread') assertNoPrototype(args[0]);
  further.get(name)?.(args, meter);
}

/** Charges what the call has made. */
export function chargeResult(result: unknown, meter: Meter): void {
  meter.weigh(result);
  if (Array.isArray(result)) meter.charge(result.length / 4);
}

/** Items or characters; 0 of what has neither. */
export function lengthOf(value: unknown): number {
  return Array.isArray(value) || typeof value === 'string' ? value.length : 0;
}

function fieldsIn(value: unknown): number {
  if (Array.isArray(value)) {
    return value.reduce<number>((sum, item) => sum + (isObject(item) ? fieldsIn(item) : 0), 0);
  }
  return isObject(value) ? Object.keys(value).length : 0;
}

/** The library would take the field for the prototype of what it makes. */
function assertNoPrototype(value: unknown): void {
  if (Array.isArray(value)) for (const item of value) assertNoPrototype(item);
  else if (isObject(value) && Object.hasOwn(value, '__proto__')) {
    throw new JsonataFault('D3137', 'A field named __proto__ cannot be taken apart');
  }
}

/**
 * The library makes a pattern of the picture, which goes back over the text as often as names and
 * optional digits follow one another.
 */
function assertReadable(length: number, picture: unknown): void {
  const open =
    typeof picture === 'string' ? (picture.match(/\[(?:[PF]|.[^\]]*[a-z#])/gi) ?? []) : [];
  const lengthMax = Math.min(timestampLengthMax, Math.floor(1e8 ** (1 / (open.length + 1))));
  if (length <= lengthMax) return;
  throw new JsonataFault('U1001', `A timestamp of this form has at most ${lengthMax} characters`);
}
