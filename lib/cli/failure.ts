/**
 * How a command fails: one clear text on stderr, and an exit status that scripts can tell apart.
 */

import { InvalidDefinition } from '../asl/validate/invalid-definition.ts';
import { type ErrorCode, hasCode, MillraceError, messageOf } from '../errors.ts';
import type { Io } from './io.ts';

/** Exit statuses: 0 done, 1 the work failed, 2 the call was wrong, 130 interrupted. */
export const exitStatus = Object.freeze({ done: 0, workFailed: 1, badCall: 2, interrupted: 130 });

/** Errors that the caller can mend by calling otherwise. */
const callCodes: readonly ErrorCode[] = [
  'INVALID_ARGUMENT',
  'INVALID_CONFIGURATION',
  'UNKNOWN_MACHINE',
  'UNKNOWN_BATCH',
  'UNKNOWN_EXECUTION',
  'UNKNOWN_TRANSFORMER',
  'FILE_NOT_READABLE',
  'MALFORMED_DOCUMENT',
  'INVALID_TOKEN',
];

/** Says what went wrong and answers the exit status. */
export function reportFailure(io: Io, error: unknown, json: boolean): number {
  io.stderr.write(`millrace: ${messageOf(error)}\n`);
  // A bug of Millrace's own: whoever mends it needs the place.
  if (!hasCode(error) && error instanceof Error) io.stderr.write(`${error.stack ?? ''}\n`);
  if (json) io.stdout.write(`${JSON.stringify({ error: errorJson(error) })}\n`);
  if (hasCode(error, 'STOPPED')) return exitStatus.interrupted;
  return hasCode(error, ...callCodes) ? exitStatus.badCall : exitStatus.workFailed;
}

function errorJson(error: unknown): object {
  if (!hasCode(error)) return { code: 'INTERNAL', message: messageOf(error) };
  return {
    code: error.code,
    message: error.message,
    ...error.fields,
    ...(error instanceof InvalidDefinition && { diagnostics: error.diagnostics }),
  };
}

/** Throws INVALID_ARGUMENT: the call's words are off. */
export function badArgument(message: string): never {
  throw new MillraceError('INVALID_ARGUMENT', message);
}
