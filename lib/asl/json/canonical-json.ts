/** Canonical JSON text, by which equal values can be compared and looked up as strings. */
import { isExactNumber } from './exact-number.ts';
import type { Json } from './json.ts';
import { assertDepth } from './json-depth.ts';

/**
 * Returns the JSON text of `value` with keys sorted by code units. Throws `States.Runtime` when it
 * exceeds the depth limit.
 */
export function canonicalText(value: Json, depth = 0): string {
  if (typeof value !== 'object' || value === null || isExactNumber(value)) {
    return JSON.stringify(value);
  }
  assertDepth(depth);
  if (Array.isArray(value)) {
    return `[${value.map((item) => canonicalText(item, depth + 1)).join(',')}]`;
  }
  const members = Object.entries(value)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([key, member]) => `${JSON.stringify(key)}:${canonicalText(member, depth + 1)}`);
  return `{${members.join(',')}}`;
}

/**
 * Returns the canonical text of the value of a JSON text. Numbers that doubles do not tell apart
 * stay apart in it.
 */
export function canonicalTextOf(text: string): string {
  return canonicalText(JSON.parse(text.replace(stringsAndNumbers, keepApart)) as Json);
}

const stringsAndNumbers = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/** Two numbers of so few digits are never the same double. */
const digitsMax = 15;

/** Makes a number a string that no user writes, unless it is the text of its double. */
function keepApart(token: string): string {
  if (token.startsWith('"') || token.length <= digitsMax) return token;
  return String(Number(token)) === token ? token : `"\\u0000number ${token}"`;
}
