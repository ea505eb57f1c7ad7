/** Canonical JSON text, by which equal values can be compared and looked up as strings. */
import type { Json } from './json.ts';
import { assertDepth } from './json-depth.ts';

/**
 * Returns the JSON text of `value` with keys sorted by code units. Throws `States.Runtime` when it
 * exceeds the depth limit.
 */
export function canonicalText(value: Json, depth = 0): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  assertDepth(depth);
  if (Array.isArray(value)) {
    return `[${value.map((item) => canonicalText(item, depth + 1)).join(',')}]`;
  }
  const members = Object.entries(value)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([key, member]) => `${JSON.stringify(key)}:${canonicalText(member, depth + 1)}`);
  return `{${members.join(',')}}`;
}
