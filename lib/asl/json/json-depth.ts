/** Bounds on the nesting of JSON values, so that no document can exhaust the stack. */

import { ErrorName, StateError } from '../state-error.ts';
import type { Json } from './json.ts';

/**
 * The deepest nesting of a value that is followed (ours; Jackson, and so AWS, reads 1,000 levels).
 */
export const valueDepthMax = 1_000;

/**
 * Whether `value` is nested deeper than `levels`; by its own stack, so that it can always answer.
 */
export function isDeeperThan(value: Json, levels: number): boolean {
  const open: [Json, number][] = [[value, 0]];
  for (let entry = open.pop(); entry !== undefined; entry = open.pop()) {
    const [current, depth] = entry;
    if (typeof current !== 'object' || current === null) continue;
    if (depth >= levels) return true;
    for (const child of Object.values(current)) open.push([child, depth + 1]);
  }
  return false;
}

/** Fails the state when a recursion over a user's value has gone deeper than is followed. */
export function assertShallow(depth: number): void {
  if (depth <= valueDepthMax) return;
  throw new StateError(
    ErrorName.runtime,
    `A value is nested deeper than the ${valueDepthMax} levels that are supported.`,
  );
}

/** The JSON text of `value` for a cause that people read, for a value of any depth. */
export function causeTextOf(value: Json): string {
  return isDeeperThan(value, valueDepthMax) ? '(nested too deeply)' : JSON.stringify(value);
}
