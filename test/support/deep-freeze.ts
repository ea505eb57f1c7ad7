/**
 * Freezes a value and everything in it, so that changes throw. The values of a Map are frozen, but
 * its `set` still works.
 */
export function deepFreeze<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const inner of value instanceof Map ? value.values() : Object.values(value)) {
      deepFreeze(inner);
    }
  }
  return value;
}
