import { MillraceError } from '../errors.ts';

/**
 * Refuses an argument that is not an object or has an unknown key, which is a typing error. Throws
 * INVALID_ARGUMENT.
 * @param what names the argument in the message
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
