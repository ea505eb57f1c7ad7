/**
 * Numbers whose value no double has: 64-bit ids, decimals of more than 17 digits, `1e400`. In a
 * document they are objects of this class, in the place of a number, so that what is only passed on
 * keeps all of its digits. What calculates uses the nearest double.
 */

/** Sign, significant digits and exponent: the value is `0.DIGITS × 10^exponent`. */
interface Decimal {
  readonly sign: 1 | -1 | 0;
  readonly digits: string;
  readonly exponent: number;
}

/** Cannot be the name of a field: no JSON text in use has it. */
const textKey = '\u0000digits';

/**
 * A number with its text. It has no enumerable properties, so that code which walks a document
 * finds nothing inside; the text is an own property, so that code which compares own properties
 * tells two numbers apart.
 */
export class ExactNumber {
  /** @param text a JSON number */
  constructor(text: string) {
    Object.defineProperty(this, textKey, { value: padMantissa(text) });
    created = true;
  }

  /** Returns the text, with all of its digits. */
  toString(): string {
    return String(Reflect.get(this, textKey));
  }

  /** Returns the nearest double. */
  valueOf(): number {
    return Number(this.toString());
  }

  /** Makes `JSON.stringify` write the text. */
  toJSON(): unknown {
    return toRawJson(this.toString());
  }
}

let created = false;

/**
 * Minimum number of digits and points in the text of an exact number, so that texts with one are
 * found by a scan for so many.
 */
export const exactCharsMin = 16;

/** Appends zeros where the exponent alone makes the number exact: `1e400`. */
function padMantissa(text: string): string {
  const [, mantissa = '', exponent = ''] = /^([^eE]*)(.*)$/.exec(text) ?? [];
  if (exponent === '' || mantissa.length > exactCharsMin) return text;
  const withPoint = mantissa.includes('.') ? mantissa : `${mantissa}.`;
  return withPoint.padEnd(exactCharsMin + 1, '0') + exponent;
}

/** Whether this process has ever read an exact number; most never do, and need not look for one. */
export function hasExactNumbers(): boolean {
  return created;
}

/** Whether `value` is a number that a double does not hold. */
export function isExactNumber(value: unknown): value is ExactNumber {
  return created && value instanceof ExactNumber;
}

/** Returns a number, or the double next to an exact one; undefined for anything else. */
export function toDouble(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  return isExactNumber(value) ? value.valueOf() : undefined;
}

/** Whether the number that `text` writes is that of its double, as JSON writes the double. */
export function isHeldByDouble(text: string): boolean {
  const double = Number(text);
  const written = String(double);
  if (written === text) return true;
  return Number.isFinite(double) && compareDecimals(toDecimal(text), toDecimal(written)) === 0;
}

/**
 * Compares two numbers by value, with all of their digits: below 0, 0 or above 0. Undefined unless
 * both are numbers.
 */
export function compareNumbers(left: unknown, right: unknown): number | undefined {
  if (typeof left === 'number' && typeof right === 'number') return left - right;
  if (toDouble(left) === undefined || toDouble(right) === undefined) return undefined;
  return compareDecimals(toDecimal(String(left)), toDecimal(String(right)));
}

function toDecimal(text: string): Decimal {
  const [, sign = '', whole = '', fraction = '', power = '0'] =
    /^(-?)(\d+)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/.exec(text) ?? [];
  const all = whole + fraction;
  const first = all.search(/[1-9]/);
  if (first === -1) return { sign: 0, digits: '', exponent: 0 };
  const digits = all.slice(first).replace(/0+$/, '');
  return { sign: sign === '-' ? -1 : 1, digits, exponent: whole.length - first + Number(power) };
}

function compareDecimals(left: Decimal, right: Decimal): number {
  if (left.sign !== right.sign || left.sign === 0) return left.sign - right.sign;
  if (left.exponent !== right.exponent) {
    return left.exponent < right.exponent ? -left.sign : left.sign;
  }
  if (left.digits === right.digits) return 0;
  // Both start with a digit other than 0 at the same place.
  return left.digits < right.digits ? -left.sign : left.sign;
}

/** The types of this version of the language lack `JSON.rawJSON`. */
function toRawJson(text: string): unknown {
  return Reflect.apply(Reflect.get(JSON, 'rawJSON'), JSON, [text]);
}
