/** Classifies errors of the PostgreSQL client: unreachable, refused, or worth a retry. */
import { MillraceError, messageOf } from '../../errors.ts';

/** The server that the client connects to, for messages: never the password. */
export interface PostgresTarget {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
}

const networkCodes: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOENT',
]);

/** Serialization failure and deadlock: the statement was rolled back and can run again. */
const conflictStates: ReadonlySet<string> = new Set(['40001', '40P01']);

/** Wrong password, no such role, no such database, no right to connect: a retry does not help. */
const refusedStates = /^(28...|3D000|42501)$/;
/** Connection lost, server shutting down or starting, too many connections. */
const unavailableStates = /^(08...|57P0[123]|53300)$/;
/** Messages of `pg` for connections that broke without a code. */
const connectionMessages: readonly string[] = [
  'Connection terminated',
  'timeout exceeded when trying to connect',
  'Client has encountered a connection error',
  'The server does not support SSL',
];

/** True when the same statement can run again at once. */
export function isConflict(error: unknown): boolean {
  return conflictStates.has(readCode(error) ?? '');
}

/** Returns the error to throw in place of `error`. */
export function toPostgresStoreError(error: unknown, target: PostgresTarget): MillraceError {
  if (error instanceof MillraceError) return error;
  const code = readCode(error) ?? '';
  const { host, port, database, user } = target;
  const where = `${host}:${port}, database '${database}', as user '${user}'`;
  const fields = { host, port, database, user, sqlState: code || null };
  if (refusedStates.test(code)) {
    const message =
      `PostgreSQL at ${where} refused the connection: ${messageOf(error)}. ` +
      'Check user, password and database in POSTGRES_URL, and that the user may use the database.';
    return new MillraceError('STORE_UNAVAILABLE', message, { fields, cause: error });
  }
  if (isUnreachable(error, code)) {
    const message =
      `PostgreSQL did not answer at ${where}: ${describeReason(error)}. ` +
      'Check that the server runs and that POSTGRES_URL names it.';
    return new MillraceError('STORE_UNAVAILABLE', message, {
      retryable: true,
      fields,
      cause: error,
    });
  }
  // The error itself is not the cause: its details quote the failing row, and with it payloads.
  return new MillraceError('STORE_FAILED', `PostgreSQL refused a statement: ${messageOf(error)}`, {
    retryable: conflictStates.has(code),
    fields,
  });
}

function isUnreachable(error: unknown, code: string): boolean {
  if (error instanceof AggregateError) return true;
  const message = messageOf(error);
  return (
    networkCodes.has(code) ||
    unavailableStates.test(code) ||
    connectionMessages.some((start) => message.startsWith(start))
  );
}

/** A host with several addresses fails with one error per address and no message of its own. */
function describeReason(error: unknown): string {
  return error instanceof AggregateError
    ? error.errors.map(messageOf).join('; ')
    : messageOf(error);
}

function readCode(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : undefined;
}
