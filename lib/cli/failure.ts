/** How a command fails: with one message on stderr, and an exit status that scripts can match. */

import { InvalidDefinition } from '../asl/validate/invalid-definition.ts';
import { type ErrorCode, hasCode, MillraceError, messageOf } from '../errors.ts';
import { findErrorPlace } from './dev/describe-load-failure.ts';
import type { Io } from './io.ts';

/**
 * Exit statuses: 0 success, 1 the work failed, 2 the call was wrong, 130 interrupted; a process
 * that runs roles ends with 70 after an exception that nothing caught, and with 75 when it made no
 * progress: both are to be started again. The command `doctor` has its own: 1 when there is
 * something to look at, 2 when something is broken.
 */
export const exitStatus = Object.freeze({
  done: 0,
  workFailed: 1,
  badCall: 2,
  uncaught: 70,
  stuck: 75,
  interrupted: 130,
  doctorLook: 1,
  doctorBroken: 2,
});

/** Errors that the user can fix by calling the command differently. */
const callCodes: readonly ErrorCode[] = [
  'INVALID_ARGUMENT',
  'INVALID_CONFIGURATION',
  'UNKNOWN_MACHINE',
  'UNKNOWN_BATCH',
  'UNKNOWN_EXECUTION',
  'UNKNOWN_TASK',
  'UNKNOWN_ORDER',
  'UNKNOWN_VERSION',
  'UNKNOWN_ALIAS',
  'UNKNOWN_MAP_RUN',
  'UNKNOWN_RESOURCE',
  'UNKNOWN_TRANSFORMER',
  'FILE_NOT_READABLE',
  'MALFORMED_DOCUMENT',
  'INVALID_TOKEN',
];

/** Prints what went wrong and returns the exit status. */
export function reportFailure(io: Io, error: unknown, json: boolean): number {
  // The documents, and scripts, know an error of a service by its code.
  const code = hasCode(error) && !callCodes.includes(error.code) ? ` (${error.code})` : '';
  io.stderr.write(`millrace: ${indented(messageOf(error))}${code}${placeText(io, error)}\n`);
  // A bug in Millrace itself: fixing it needs the stack.
  if (!hasCode(error) && error instanceof Error) io.stderr.write(`${error.stack ?? ''}\n`);
  if (json) io.stdout.write(`${JSON.stringify({ error: errorJson(error) })}\n`);
  if (hasCode(error, 'STOPPED')) return exitStatus.interrupted;
  return hasCode(error, ...callCodes) ? exitStatus.badCall : exitStatus.workFailed;
}

/** Names the line of a user's module that could not be loaded, where its error does not. */
function placeText({ folder }: Io, error: unknown): string {
  if (!hasCode(error, 'INVALID_CONFIGURATION') || error.cause === undefined) return '';
  const place = findErrorPlace(error.cause, folder);
  return place === null || error.message.includes(place) ? '' : ` (${place})`;
}

/** Indents all lines but the first, so that a message that has a text of others forges none. */
function indented(message: string): string {
  return message.replaceAll(/\n(?! {2})/g, '\n  ');
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

/** Throws INVALID_ARGUMENT for a wrong option or argument. */
export function badArgument(message: string): never {
  throw new MillraceError('INVALID_ARGUMENT', message);
}
