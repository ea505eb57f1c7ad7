/** Makes every change of what a test hands over throw. */

/** Freezes a value and all that it holds. Maps are looked into, though they stay open to `set`. */
export function deepFreeze<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const inner of value instanceof Map ? value.values() : Object.values(value)) {
      deepFreeze(inner);
    }
  }
  return value;
}
