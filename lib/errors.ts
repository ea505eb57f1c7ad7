/**
 * The one family of errors that Millrace throws at its callers: each has a code to match on, fields
 * to log, and a message that says what was expected, where, what was found and what to do.
 *
 * Not in this family: errors of the States Language (`States.Timeout`, a handler's own names),
 * which are values in an execution's snapshot, and broken invariants, which are assertions.
 */

/** Every code an error of Millrace can carry; match on these, never on a class. */
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
  | 'UNKNOWN_TASK'
  | 'UNKNOWN_TRANSFORMER'
  | 'UNKNOWN_ACTIVITY'
  | 'INVALID_TOKEN'
  | 'INVALID_OUTPUT'
  | 'TASK_DOES_NOT_EXIST'
  | 'TASK_TIMED_OUT'
  | 'EXECUTION_EXISTS'
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

/** What an error says beside its message; plain data, never a payload or a secret. */
export type ErrorFields = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** Options of {@link MillraceError}. */
export interface MillraceErrorOptions {
  /** Whether the same call may succeed later without a change. @default false */
  readonly retryable?: boolean;
  readonly fields?: ErrorFields;
  readonly cause?: unknown;
}

/** An error of Millrace; see this file's head for what is deliberately not one. */
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

/** Whether `error` is Millrace's own and has one of `codes` (any code when none is named). */
export function hasCode(error: unknown, ...codes: ErrorCode[]): error is MillraceError {
  if (typeof error !== 'object' || error === null) return false;
  const { name, code } = error as { name?: unknown; code?: unknown };
  return name === 'MillraceError' && (codes.length === 0 || codes.includes(code as ErrorCode));
}

/** The text of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Fails, as a bug of Millrace's own, when `condition` does not hold. */
export function assert(condition: unknown, whatHolds: string): asserts condition {
  if (!condition) throw new Error(`invariant broken: ${whatHolds}`);
}

/** Ends a switch over a union; reaching it is a bug. */
export function assertNever(value: never): never {
  throw new Error(`invariant broken: no case for ${JSON.stringify(value)}`);
}
