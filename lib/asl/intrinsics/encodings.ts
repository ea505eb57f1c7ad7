/** The intrinsic functions that encode, decode and hash. */
import { createHash } from 'node:crypto';
import type { Budget } from '../budget.ts';
import type { Json } from '../json/json.ts';
import {
  failIntrinsic,
  type IntrinsicFamily,
  stringArgument,
  stringLengthMax,
  toJsonText,
} from './intrinsic-function.ts';

/** `States.Base64Encode`, `States.Base64Decode` and `States.Hash`. */
export const encodingFunctions: IntrinsicFamily = {
  'States.Base64Encode': {
    arity: [1, 1],
    apply: (args, { budget }) => {
      const text = stringArgument(args, 0, stringLengthMax);
      budget.spendWriting(text.length);
      return Buffer.from(text, 'utf8').toString('base64');
    },
  },
  'States.Base64Decode': {
    arity: [1, 1],
    apply: (args, { budget }) => {
      const text = stringArgument(args, 0, stringLengthMax);
      budget.spendWriting(text.length);
      return decode(text);
    },
  },
  'States.Hash': {
    arity: [2, 2],
    apply: (args, { budget }) => hash(args[0] ?? null, stringArgument(args, 1), budget),
  },
};

const algorithms: ReadonlyMap<string, string> = new Map([
  ['MD5', 'md5'],
  ['SHA-1', 'sha1'],
  ['SHA-256', 'sha256'],
  ['SHA-384', 'sha384'],
  ['SHA-512', 'sha512'],
]);

function decode(text: string): string {
  // Buffer ignores characters that are not Base64; Java, and therefore AWS, rejects them.
  const digits = text.replace(/={1,2}$/, '');
  if (!/^[A-Za-z0-9+/]*$/.test(digits) || digits.length % 4 === 1) {
    return failIntrinsic('Argument 1 must be a valid Base64 string.');
  }
  return Buffer.from(text, 'base64').toString('utf8');
}

/** Hashes a string, or the JSON text of any other value, to lower-case hexadecimal digits. */
function hash(data: Json, name: string, budget: Budget): string {
  const algorithm = algorithms.get(name);
  if (algorithm === undefined) {
    const known = [...algorithms.keys()].join(', ');
    return failIntrinsic(`Argument 2 must be one of the algorithms ${known} but was ${name}.`);
  }
  const text = typeof data === 'string' ? data : toJsonText(data, budget);
  const hashed = stringArgument([text], 0, stringLengthMax);
  budget.spendWriting(hashed.length);
  return createHash(algorithm).update(hashed).digest('hex');
}
