/** Errors that Millrace throws, and assertions. */

/** Codes of errors. Match on these, never on a class: a stored error has lost its class. */
export type ErrorCode =
  | 'MALFORMED_DOCUMENT'
  | 'INVALID_DEFINITION'
  | 'INVALID_CONFIGURATION'
  | 'INVALID_ARGUMENT'
  | 'INVALID_ITEM'
  | 'UNKNOWN_HANDLER'
  | 'UNKNOWN_MACHINE'
  | 'UNKNOWN_BATCH'
  | 'UNKNOWN_EXECUTION'
  | 'UNKNOWN_DOCUMENT'
  | 'UNKNOWN_TASK'
  | 'UNKNOWN_TRANSFORMER'
  | 'UNKNOWN_ACTIVITY'
  | 'UNKNOWN_ORDER'
  | 'UNKNOWN_VERSION'
  | 'UNKNOWN_ALIAS'
  | 'UNKNOWN_MAP_RUN'
  | 'UNKNOWN_RESOURCE'
  | 'INVALID_TOKEN'
  | 'INVALID_OUTPUT'
  | 'TASK_DOES_NOT_EXIST'
  | 'TASK_TIMED_OUT'
  | 'EXECUTION_EXISTS'
  | 'MACHINE_EXISTS'
  | 'MACHINE_DELETING'
  | 'NOT_REDRIVABLE'
  | 'TOO_MANY_TAGS'
  | 'LIMIT_EXCEEDED'
  | 'CONFLICT'
  | 'PAYLOAD_TOO_LARGE'
  | 'FILE_NOT_READABLE'
  | 'FILE_NOT_WRITABLE'
  | 'STORE_UNAVAILABLE'
  | 'STORE_LOCKED'
  | 'STORE_FAILED'
  | 'BROKER_UNAVAILABLE'
  | 'BROKER_LIMIT'
  | 'STOPPED';

/** Data of an error besides its message; never a payload or a secret. */
export type ErrorFields = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** Options of {@link MillraceError}. */
export interface MillraceErrorOptions {
  /** Whether the same call may succeed later. @default false */
  readonly retryable?: boolean;
  readonly fields?: ErrorFields;
  readonly cause?: unknown;
}

/**
 * An error that Millrace throws to its callers. It has a code to match on, fields to log, and a
 * message that says what was expected, where, what was found and what to do.
 *
 * Two kinds of errors are deliberately not in this family: errors of the States Language
 * (`States.Timeout`, the names that a handler throws) are values in the snapshot of an execution,
 * and broken invariants are assertions.
 */
export class MillraceError extends Error {
  override readonly name = 'MillraceError' as const;
  readonly code: ErrorCode;
  readonly retryable: boolean;
  readonly fields: ErrorFields;

  constructor(code: ErrorCode, message: string, options: MillraceErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.retryable = options.retryable ?? false;
    this.fields = options.fields ?? {};
  }
}

/** Whether `error` is a MillraceError with one of `codes`, or with any code if none are given. */
export function hasCode(error: unknown, ...codes: ErrorCode[]): error is MillraceError {
  if (typeof error !== 'object' || error === null) return false;
  const { name, code } = error as { name?: unknown; code?: unknown };
  return name === 'MillraceError' && (codes.length === 0 || codes.includes(code as ErrorCode));
}

/**
 * Returns the message of anything that was thrown; never throws, whatever the value's own code does
 * when it is read.
 */
export function messageOf(error: unknown): string {
  try {
    return String(error instanceof Error ? error.message : error);
  } catch {
    return `a value of type ${typeof error} that cannot be read`;
  }
}

/** Throws if `condition` does not hold, which is a bug in Millrace. */
export function assert(condition: unknown, whatHolds: string): asserts condition {
  if (!condition) throw new Error(`invariant broken: ${whatHolds}`);
}

/** Ends a switch over a union; reaching it is a bug. */
export function assertNever(value: never): never {
  throw new Error(`invariant broken: no case for ${JSON.stringify(value)}`);
}
