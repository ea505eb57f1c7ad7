/** The intrinsic functions that encode, decode and hash. */
import { createHash } from 'node:crypto';
import type { Json } from '../json/json.ts';
import {
  failIntrinsic,
  type IntrinsicFamily,
  jsonTextOf,
  textAt,
  textLengthMax,
} from './intrinsic-function.ts';

/** `States.Base64Encode`, `States.Base64Decode` and `States.Hash`. */
export const encodingFunctions: IntrinsicFamily = {
  'States.Base64Encode': {
    arity: [1, 1],
    apply: (args) => Buffer.from(textAt(args, 0, textLengthMax), 'utf8').toString('base64'),
  },
  'States.Base64Decode': {
    arity: [1, 1],
    apply: (args) => decode(textAt(args, 0, textLengthMax)),
  },
  'States.Hash': { arity: [2, 2], apply: (args) => hash(args[0] ?? null, textAt(args, 1)) },
};

const algorithms: ReadonlyMap<string, string> = new Map([
  ['MD5', 'md5'],
  ['SHA-1', 'sha1'],
  ['SHA-256', 'sha256'],
  ['SHA-384', 'sha384'],
  ['SHA-512', 'sha512'],
]);

function decode(text: string): string {
  // Buffer skips what is not Base64; Java, and so AWS, refuses it.
  const digits = text.replace(/={1,2}$/, '');
  if (!/^[A-Za-z0-9+/]*$/.test(digits) || digits.length % 4 === 1) {
    return failIntrinsic('Argument 1 must be a valid Base64 string.');
  }
  return Buffer.from(text, 'base64').toString('utf8');
}

/**
 * Hashes a string as it is and any other value as its JSON text, to lower-case hexadecimal digits.
 */
function hash(data: Json, name: string): string {
  const algorithm = algorithms.get(name);
  if (algorithm === undefined) {
    const known = [...algorithms.keys()].join(', ');
    return failIntrinsic(`Argument 2 must be one of the algorithms ${known} but was ${name}.`);
  }
  const text = typeof data === 'string' ? data : jsonTextOf(data);
  return createHash(algorithm)
    .update(textAt([text], 0, textLengthMax))
    .digest('hex');
}
