/** Parses JSON without changing a number. */
import {
  ExactNumber,
  exactCharsMin,
  hasExactNumbers,
  isExactNumber,
  isHeldByDouble,
} from './exact-number.ts';
import { isObject, type Json, setOwn } from './json.ts';
import { isDeeperThan, valueDepthMax } from './json-depth.ts';

/** What the reviver of `JSON.parse` gets for a primitive value. */
interface SourceContext {
  readonly source?: string;
}

/**
 * Parses a JSON text. A number whose value a double does not hold becomes an {@link ExactNumber}.
 * Throws SyntaxError for a text that is not JSON. Texts without long numbers and large exponents,
 * which are nearly all, are parsed about as fast as by `JSON.parse`.
 */
export function parseJson(text: string): Json {
  return parse(text, hasExactLongNumber(text) || hasLargeExponent(text));
}

/**
 * Like {@link parseJson}, for what `JSON.stringify` wrote: any number of more than a double in it
 * is a long one.
 */
export function parseWrittenJson(text: string): Json {
  return parse(text, hasExactLongNumber(text));
}

function parse(text: string, isExact: boolean): Json {
  const value: Json = JSON.parse(text);
  // The reviver is recursive. A deeper document is refused in any case.
  if (!isExact || isDeeperThan(value, revivedDepthMax)) return value;
  return JSON.parse(text, keepExact);
}

/** More than the documents of an execution, with the branches of its snapshot around them. */
const revivedDepthMax = 2 * valueDepthMax;

/**
 * Whether a run of many digits and points is a number that a double does not hold; it may be inside
 * of a string. Every such run covers a position that is looked at.
 */
function hasExactLongNumber(text: string): boolean {
  for (let at = exactCharsMin - 1; at < text.length; at += exactCharsMin) {
    if (!isDigitOrPoint(text.charCodeAt(at))) continue;
    let [start, end] = [at, at + 1];
    while (isDigitOrPoint(text.charCodeAt(start - 1))) start -= 1;
    while (isDigitOrPoint(text.charCodeAt(end))) end += 1;
    if (end - start < exactCharsMin) continue;
    const exponent = /^[eE][+-]?\d+/.exec(text.slice(end, end + exponentCharsMax))?.[0] ?? '';
    if (!isHeldByDouble(text.slice(start, end) + exponent)) return true;
    // The next position is after the run.
    at += Math.floor((end - 1 - at) / exactCharsMin) * exactCharsMin;
  }
  return false;
}

/** Maximum characters of an exponent that is looked at. */
const exponentCharsMax = 16;

function isDigitOrPoint(unit: number): boolean {
  return (unit >= 0x30 && unit <= 0x39) || unit === 0x2e;
}

/** Whether a number has an exponent of three digits: it may be beyond all doubles. */
function hasLargeExponent(text: string): boolean {
  return hasExponent(text, 'e') || hasExponent(text, 'E');
}

function hasExponent(text: string, mark: string): boolean {
  for (let at = text.indexOf(mark, 1); at !== -1; at = text.indexOf(mark, at + 1)) {
    if (!isDigitOrPoint(text.charCodeAt(at - 1))) continue;
    if (!/^[+-]?\d{3,}(?:[\s,\]}]|$)/.test(text.slice(at + 1, at + exponentCharsMax))) continue;
    let start = at - 1;
    while (isDigitOrPoint(text.charCodeAt(start - 1))) start -= 1;
    // A number, and not a part of an id such as a UUID.
    if (/(?:^|[\s:,[])-?$/.test(text.slice(Math.max(0, start - 2), start))) return true;
  }
  return false;
}

function keepExact(_key: string, value: unknown, { source }: SourceContext = {}): unknown {
  if (typeof value !== 'number' || source === undefined || isHeldByDouble(source)) return value;
  return new ExactNumber(source);
}

/** Documents are never modified, and many expressions ask about the same one. */
const known = new WeakMap<object, boolean>();

/** Whether the document has an exact number in it. */
export function holdsExactNumbers(value: unknown): boolean {
  if (!hasExactNumbers() || typeof value !== 'object' || value === null) return false;
  const found = known.get(value) ?? findsExactNumber(value);
  known.set(value, found);
  return found;
}

function findsExactNumber(document: object): boolean {
  const open: unknown[] = [document];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (isExactNumber(next)) return true;
    if (typeof next === 'object' && next !== null) {
      for (const item of Object.values(next)) open.push(item);
    }
  }
  return false;
}

/** Returns the document with the nearest double in place of each exact number. */
export function withDoubles(value: Json): Json {
  return holdsExactNumbers(value) ? replaceExact(value) : value;
}

function replaceExact(value: Json): Json {
  if (isExactNumber(value)) return toFinite(Number(value));
  if (Array.isArray(value)) return value.map(replaceExact);
  if (!isObject(value)) return value;
  const copy: Record<string, Json> = {};
  for (const [key, item] of Object.entries(value)) setOwn(copy, key, replaceExact(item));
  return copy;
}

/** JSON has no infinity: a number beyond all doubles becomes the greatest of them. */
function toFinite(double: number): number {
  return Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, double));
}
