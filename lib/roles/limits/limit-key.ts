/** The key under which a limit counts an input. Pure. */
import { createHash } from 'node:crypto';
import type { Json } from '../../asl/json/json.ts';
import { parsePath } from '../../asl/path/parse-path.ts';
import { isDefiniteStep, stepInto } from '../../asl/path/select-steps.ts';
import { Scanner } from '../../asl/scanner.ts';

/** Reads the value at a path; undefined when there is none. */
export type KeyPath = (input: Json) => Json | undefined;

/** Maximum length of a key; the beginning and a hash stand for a longer one. */
const keyCharsMax = 120;

const hashChars = 32;

/** The key of inputs that have no value at the path, or null. */
const noValueKey = '(none)';

/**
 * Compiles `$` followed by fields and indexes, such as `$.order.customer`. Throws
 * INVALID_DEFINITION for another text.
 */
export function compileKeyPath(text: string): KeyPath {
  const scanner = new Scanner(text);
  const { root, steps } = parsePath(scanner);
  const definite = steps.filter(isDefiniteStep);
  if (!scanner.done || root !== '$' || definite.length < steps.length) {
    if (scanner.done) scanner.position = 0;
    throw scanner.failure('$ and fields or array indexes, such as $.order.customer');
  }
  return (input) =>
    definite.reduce<Json | undefined>(
      (value, step) => (value === undefined ? undefined : stepInto(value, step)),
      input,
    );
}

/**
 * Returns the key of an input: its value at the path, as text. `''` without a path: all inputs
 * share it.
 */
export function toLimitKey(path: KeyPath | null, input: Json): string {
  if (path === null) return '';
  const value = path(input);
  if (value === undefined || value === null) return noValueKey;
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return shorten(text === '' ? '(empty)' : text);
}

function shorten(text: string): string {
  // A database takes neither a NUL nor half of a surrogate pair.
  const key = text.toWellFormed().replaceAll('\0', '\ufffd');
  if (key.length <= keyCharsMax) return key;
  const hash = createHash('sha256').update(text).digest('hex').slice(0, hashChars);
  return `${key.slice(0, keyCharsMax - hashChars - 1).toWellFormed()}…${hash}`;
}
