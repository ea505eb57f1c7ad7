/**
 * The costs of the library's functions. They are charged before the call, because it cannot be
 * interrupted. Calls whose arguments alone show that they would take too long are rejected.
 */
import { searchWork } from '../budget.ts';
import { isObject } from '../json/json.ts';
import { JsonataError, type Meter, writtenPerStep } from './meter.ts';

/** Functions that visit everything in their first argument. */
const deep: ReadonlySet<string> = new Set(['string', 'clone', 'distinct']);

/** Steps of each value that they visit, besides those of copying it. */
const stepsPerVisited = 1;

/** Functions that visit the fields of their first argument, or of its items. */
const shallow: ReadonlySet<string> = new Set(['keys', 'each', 'merge', 'sift', 'spread']);

/** Number of characters that are made items of an array in the time of one step. */
const splitPerStep = 48;

/** Maximum length of a timestamp, in characters; Millrace's own limit. */
const timestampLengthMax = 256;

/** Maximum length of a picture, in characters: the library reads some in quadratic time. */
const pictureLengthMax = 256;

/** Functions that make an array of the characters of a text. */
const splitting: ReadonlySet<string> = new Set('length substring pad split replace'.split(' '));

/** Functions that search their first argument for their second one. */
const searching: ReadonlySet<string> = new Set(
  'contains split replace substringBefore substringAfter'.split(' '),
);

/** Functions whose second argument is a picture. */
const pictured: ReadonlySet<string> = new Set(
  'formatNumber formatInteger parseInteger fromMillis toMillis'.split(' '),
);

type Charge = (args: readonly unknown[], meter: Meter) => void;

const additional: ReadonlyMap<string, Charge> = new Map<string, Charge>([
  [
    'sort',
    ([items], meter) => meter.charge((lengthOf(items) * Math.log2(lengthOf(items) + 1)) / 100),
  ],
  ['zip', (lists, meter) => meter.charge(lists.length * Math.max(...lists.map(lengthOf)))],
  [
    'pad',
    ([, width], meter) => {
      const length = typeof width === 'number' ? Math.abs(width) : 0;
      meter.assertLength(length);
      meter.charge(length / splitPerStep);
    },
  ],
  [
    'join',
    ([items, separator], meter) => {
      const separators = Math.max(0, lengthOf(items) - 1) * lengthOf(separator);
      meter.assertLength(separators + sumLengths(items));
    },
  ],
  ['formatNumber', ([value, picture, options]) => assertFormattable(value, picture, options)],
  // Each match may make a piece of the result.
  ['replace', ([text], meter) => meter.charge(lengthOf(text) / 16)],
  ['toMillis', ([timestamp, picture]) => assertParsable(lengthOf(timestamp), picture)],
]);

/** Charges a call of the library function `name`. */
export function chargeCall(name: string, args: readonly unknown[], meter: Meter): void {
  meter.charge(1);
  const perStep = splitting.has(name) ? splitPerStep : writtenPerStep;
  for (const argument of args) {
    meter.chargeValue(argument);
    if (typeof argument === 'string') meter.charge(argument.length / perStep);
  }
  if (searching.has(name)) chargeSearch(args, meter);
  if (pictured.has(name)) assertPicture(args[1]);
  if (deep.has(name)) meter.charge(meter.chargeDeep(args[0]) * stepsPerVisited);
  if (shallow.has(name)) meter.charge(countFields(args[0]));
  if (name === 'sift' || name === 'spread') assertNoPrototype(args[0]);
  additional.get(name)?.(args, meter);
}

/** Charges the result of a call. */
export function chargeResult(result: unknown, meter: Meter): void {
  meter.chargeValue(result);
  if (typeof result === 'string') meter.charge(result.length / writtenPerStep);
  if (Array.isArray(result)) meter.charge(result.length / 8);
}

/** Returns the number of items or characters; 0 for any other value. */
function lengthOf(value: unknown): number {
  return Array.isArray(value) || typeof value === 'string' ? value.length : 0;
}

/** Rejects a picture that is too long. */
export function assertPicture(picture: unknown): void {
  if (lengthOf(picture) <= pictureLengthMax) return;
  throw new JsonataError('U1001', `A picture has at most ${pictureLengthMax} characters`);
}

function chargeSearch([text, piece]: readonly unknown[], meter: Meter): void {
  if (typeof piece !== 'string') return; // a pattern, whose matches are charged
  meter.chargeWork(searchWork(lengthOf(text), piece.length));
}

function sumLengths(items: unknown): number {
  if (!Array.isArray(items)) return 0;
  return items.reduce<number>((sum, item) => sum + lengthOf(item), 0);
}

function countFields(value: unknown): number {
  if (Array.isArray(value)) {
    return value.reduce<number>((sum, item) => sum + (isObject(item) ? countFields(item) : 0), 0);
  }
  return isObject(value) ? Object.keys(value).length : 0;
}

/**
 * Rejects what the library never ends with: it scales a number by ten until its mantissa fits the
 * picture, which 0 and infinity never do.
 */
function assertFormattable(value: unknown, picture: unknown, options: unknown): void {
  if (typeof value !== 'number' || (value !== 0 && Number.isFinite(value))) return;
  const separator = isObject(options) ? options['exponent-separator'] : undefined;
  const mark = typeof separator === 'string' ? separator : 'e';
  if (typeof picture !== 'string' || !picture.includes(mark)) return;
  throw new JsonataError('D3137', `The number ${value} cannot be written with an exponent`);
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
