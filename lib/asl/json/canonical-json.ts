/** One text for each JSON value, so that values can be compared, and looked up, as texts. */
import type { Json } from './json.ts';
import { assertShallow } from './json-depth.ts';

/**
 * The text of `value`, keys in order of their code units; throws `States.Runtime` below the depth
 * limit.
 */
export function canonicalText(value: Json, depth = 0): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  assertShallow(depth);
  if (Array.isArray(value)) {
    return `[${value.map((item) => canonicalText(item, depth + 1)).join(',')}]`;
  }
  const members = Object.entries(value)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([key, member]) => `${JSON.stringify(key)}:${canonicalText(member, depth + 1)}`);
  return `{${members.join(',')}}`;
}
