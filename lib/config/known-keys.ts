/** Objects that programs pass, held to the keys that mean something: a typing error is told. */
import { MillraceError } from '../errors.ts';

/**
 * Throws INVALID_ARGUMENT when `given` is no object, or has a key that is not among `known`.
 * @param what for the message
 */
export function checkKeys(what: string, given: unknown, known: readonly string[]): void {
  if (typeof given !== 'object' || given === null) {
    throw invalid(`${what} must be an object of ${known.join(', ')}; found ${String(given)}`);
  }
  const unknown = Object.keys(given).filter((key) => !known.includes(key));
  if (unknown.length === 0) return;
  throw invalid(
    `${what} may have ${known.join(', ')}; found ${unknown.map((key) => `'${key}'`).join(', ')}`,
  );
}

function invalid(message: string): MillraceError {
  return new MillraceError('INVALID_ARGUMENT', message);
}
