/** Limits on the nesting of JSON values, so that no document can exhaust the call stack. */
import { ErrorName, StateError } from '../state-error.ts';
import { isExactNumber } from './exact-number.ts';
import type { Json } from './json.ts';
import { builtCharsMax, isLongerThan } from './json-length.ts';

/** Maximum supported nesting of a value. Jackson, and therefore AWS, reads 1,000 levels, too. */
export const valueDepthMax = 1_000;

/** Whether `value` is nested deeper than `levels`. It is not recursive, so it takes any value. */
export function isDeeperThan(value: Json, levels: number): boolean {
  let level: object[] = [];
  addContainer(level, value);
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth >= levels) return true;
    const below: object[] = [];
    for (const container of level) {
      if (Array.isArray(container)) for (const item of container) addContainer(below, item);
      else for (const item of Object.values(container)) addContainer(below, item);
    }
    level = below;
  }
  return false;
}

function addContainer(level: object[], value: Json): void {
  if (typeof value === 'object' && value !== null && !isExactNumber(value)) level.push(value);
}

/** Fails the state when a recursion over a user's value exceeds the supported depth. */
export function assertDepth(depth: number): void {
  if (depth <= valueDepthMax) return;
  throw new StateError(
    ErrorName.runtime,
    `A value is nested deeper than the ${valueDepthMax} levels that are supported.`,
  );
}

/** Returns the JSON text of `value` for the cause of an error; takes values of any size. */
export function toCauseText(value: Json): string {
  if (isLongerThan(value, builtCharsMax)) return '(too long)';
  return isDeeperThan(value, valueDepthMax) ? '(nested too deeply)' : JSON.stringify(value);
}
