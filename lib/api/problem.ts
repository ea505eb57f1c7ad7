/**
 * Errors as RFC 9457 problem documents with Millrace's own codes. A bug discloses only the id of
 * its request, under which it is logged.
 */
import { InvalidDefinition } from '../asl/validate/invalid-definition.ts';
import { type ErrorCode, hasCode, MillraceError } from '../errors.ts';

/** The codes of problems: those of Millrace's errors, and some that only HTTP has. */
export type ProblemCode =
  | ErrorCode
  | 'UNKNOWN_PATH'
  | 'METHOD_NOT_ALLOWED'
  | 'UNSUPPORTED_MEDIA_TYPE'
  | 'UNAUTHENTICATED'
  | 'FORBIDDEN'
  | 'TOO_MANY_REQUESTS'
  | 'LOGIN_UNAVAILABLE'
  | 'REPLY_TOO_LARGE'
  | 'INTERNAL';

/** The HTTP status of each code. */
export const problemStatuses: Readonly<Record<ProblemCode, number>> = Object.freeze({
  MALFORMED_DOCUMENT: 400,
  INVALID_DEFINITION: 400,
  INVALID_ARGUMENT: 400,
  INVALID_TOKEN: 400,
  INVALID_OUTPUT: 400,
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  UNKNOWN_PATH: 404,
  UNKNOWN_MACHINE: 404,
  UNKNOWN_BATCH: 404,
  UNKNOWN_EXECUTION: 404,
  UNKNOWN_DOCUMENT: 404,
  UNKNOWN_TASK: 404,
  UNKNOWN_ACTIVITY: 404,
  UNKNOWN_ORDER: 404,
  UNKNOWN_VERSION: 404,
  UNKNOWN_ALIAS: 404,
  UNKNOWN_MAP_RUN: 404,
  UNKNOWN_RESOURCE: 404,
  TASK_DOES_NOT_EXIST: 404,
  METHOD_NOT_ALLOWED: 405,
  EXECUTION_EXISTS: 409,
  MACHINE_EXISTS: 409,
  MACHINE_DELETING: 409,
  NOT_REDRIVABLE: 409,
  TOO_MANY_TAGS: 409,
  LIMIT_EXCEEDED: 409,
  CONFLICT: 409,
  TASK_TIMED_OUT: 410,
  PAYLOAD_TOO_LARGE: 413,
  UNSUPPORTED_MEDIA_TYPE: 415,
  INVALID_ITEM: 422,
  UNKNOWN_HANDLER: 422,
  UNKNOWN_TRANSFORMER: 422,
  FILE_NOT_READABLE: 422,
  REPLY_TOO_LARGE: 422,
  TOO_MANY_REQUESTS: 429,
  INVALID_CONFIGURATION: 500,
  FILE_NOT_WRITABLE: 500,
  STORE_FAILED: 500,
  BROKER_LIMIT: 500,
  INTERNAL: 500,
  LOGIN_UNAVAILABLE: 503,
  STORE_UNAVAILABLE: 503,
  STORE_LOCKED: 503,
  BROKER_UNAVAILABLE: 503,
  STOPPED: 503,
});

/** A refusal that only HTTP has; every other refusal is a {@link MillraceError}. */
export class Refusal extends Error {
  override readonly name = 'Refusal' as const;
  readonly code: Exclude<ProblemCode, ErrorCode>;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    code: Exclude<ProblemCode, ErrorCode>,
    message: string,
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.code = code;
    this.headers = headers;
  }
}

/** A problem, ready to send. */
export interface Problem {
  readonly status: number;
  readonly code: ProblemCode;
  readonly headers: Readonly<Record<string, string>>;
  readonly document: Readonly<Record<string, unknown>>;
}

/** Bounds of a problem: a transport such as Lambda refuses long answers. */
const detailMax = 20_000;
const diagnosticsMax = 100;

/** Time after which a retryable call may be repeated: outages last seconds. */
const retryAfterSeconds = 5;

/** Returns the problem that `error` is to the caller of this request. */
export function problemOf(error: unknown, requestId: string): Problem {
  const { code, detail, retryable, headers, extensions } = read(error);
  const status = problemStatuses[code];
  const words = code.toLowerCase().replaceAll('_', ' ');
  return {
    status,
    code,
    headers: {
      'x-request-id': requestId,
      ...(retryable && { 'retry-after': String(retryAfterSeconds) }),
      ...headers,
    },
    document: {
      ...extensions,
      type: `urn:millrace:problem:${words.replaceAll(' ', '-')}`,
      title: `${words.charAt(0).toUpperCase()}${words.slice(1)}`,
      status,
      detail,
      code,
      retryable,
      requestId,
    },
  };
}

function read(error: unknown) {
  const none = { retryable: false, headers: {}, extensions: {} };
  if (error instanceof Refusal) {
    return { ...none, code: error.code, detail: error.message, headers: error.headers };
  }
  if (!hasCode(error)) {
    const detail = 'a bug in Millrace or in the app: the log has it under the id of the request';
    return { ...none, code: 'INTERNAL' as const, detail };
  }
  const { code, message, retryable, fields } = error;
  const detail = message.length > detailMax ? `${message.slice(0, detailMax)}…` : message;
  const found = error instanceof InvalidDefinition && {
    diagnostics: error.diagnostics.slice(0, diagnosticsMax),
  };
  return { ...none, code, detail, retryable, extensions: { ...fields, ...found } };
}

/** Throws INVALID_ARGUMENT. */
export function badRequest(message: string): never {
  throw new MillraceError('INVALID_ARGUMENT', message);
}
