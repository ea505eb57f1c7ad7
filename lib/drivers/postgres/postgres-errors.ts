/** Classifies errors of the PostgreSQL client, and words them. */
import { MillraceError, messageOf } from '../../errors.ts';
import { classifySqlFault, type SqlFault } from '../sql/sql-faults.ts';

/** The server that the client connects to, for messages: never the password. */
export interface PostgresTarget {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
}

/** Errors of OpenSSL and Node about a certificate, by their code. */
const certificateCodes =
  /^(DEPTH_ZERO_SELF|SELF_SIGNED|UNABLE_TO_|CERT_|ERR_TLS_|HOSTNAME_MISMATCH)/;
const noTls = 'The server does not support SSL connections';

/** A pooler that refuses startup parameters, or that gave another connection to each statement. */
const poolerMessages =
  /unsupported startup parameter|prepared statement ".*" (already exists|does not exist)/;

const passingFaults: ReadonlySet<SqlFault> = new Set(['starting', 'connections', 'wrongServer']);

/** True when the same statement can run again at once. */
export function isConflict(error: unknown): boolean {
  return faultOf(error) === 'conflict';
}

/**
 * True when the connection that gave `error` cannot be used any longer, or leads to a server that
 * cannot serve: a replica, or one that shuts down. The next connection follows a failover.
 */
export function isConnectionLost(error: unknown): boolean {
  const fault = faultOf(error);
  return fault === 'wrongServer' || fault === 'starting' || readState(error) === null;
}

/** Returns the error to throw in place of `error`. */
export function toPostgresStoreError(error: unknown, target: PostgresTarget): MillraceError {
  if (error instanceof MillraceError) return error;
  const { host, port, database, user } = target;
  const where = `${host}:${port}, database '${database}', as user '${user}'`;
  const fields = { host, port, database, user, sqlState: readState(error) };
  // The server runs, and a start waits for it.
  const passing = passingFaults.has(faultOf(error)) && readState(error) !== null;
  const unavailable = (message: string, retryable = true) =>
    new MillraceError('STORE_UNAVAILABLE', message, {
      retryable,
      fields: passing ? { ...fields, passing } : fields,
      cause: error,
    });
  const reason = describeReason(error);
  if (poolerMessages.test(reason)) {
    return unavailable(
      `A pooler in front of PostgreSQL at ${where} refused what a session needs: ${reason}. Set ` +
        'POSTGRES_POOLER=true (postgres.pooler).',
      false,
    );
  }
  if (readState(error) === null) return unavailable(...describeLoss(error, where));
  switch (faultOf(error)) {
    case 'access':
      return unavailable(
        `PostgreSQL at ${where} refused the connection: ${reason}. Check user, password and ` +
          'database in POSTGRES_URL, and that the user may use the database and create its schema.',
        false,
      );
    case 'connections':
      return unavailable(
        `PostgreSQL at ${where} has too many connections: ${reason}. Lower POSTGRES_POOL_SIZE or ` +
          'the number of processes, raise max_connections, or put a pooler in front.',
      );
    case 'starting':
      return unavailable(`PostgreSQL at ${where} accepts no connections yet: ${reason}.`);
    case 'wrongServer':
      return unavailable(
        `PostgreSQL at ${where} cannot serve: ${reason}. The next connection follows a failover.`,
      );
    case 'server':
      return unavailable(`PostgreSQL at ${where} could not run a statement: ${reason}.`);
    default:
      return toRefusal(error, fields);
  }
}

/** The error itself is not the cause: its details quote the failing row, and with it payloads. */
function toRefusal(error: unknown, fields: MillraceError['fields']): MillraceError {
  const message = `PostgreSQL refused a statement: ${messageOf(error)}`;
  return new MillraceError('STORE_FAILED', message, {
    retryable: faultOf(error) !== 'document',
    fields,
  });
}

/** Returns the message about a connection that failed without an SQLSTATE, and if it may pass. */
function describeLoss(error: unknown, where: string): [message: string, retryable: boolean] {
  const reason = describeReason(error);
  if (certificateCodes.test(readCode(error) ?? '')) {
    const message =
      `The certificate of PostgreSQL at ${where} was refused: ${reason}. Name the authority that ` +
      'signed it in the URL (sslmode=verify-full&sslrootcert=/path/ca.pem); sslmode=no-verify ' +
      'encrypts without checking it.';
    return [message, false];
  }
  if (reason.startsWith(noTls)) {
    const message =
      `PostgreSQL at ${where} does not offer TLS: turn ssl on at the server, or connect with ` +
      'sslmode=disable.';
    return [message, false];
  }
  const message =
    `PostgreSQL did not answer at ${where}: ${reason}. Check that the server runs and that ` +
    'POSTGRES_URL names it.';
  return [message, true];
}

function faultOf(error: unknown): SqlFault {
  return classifySqlFault(readState(error), messageOf(error));
}

/** A host with several addresses fails with one error per address and no message of its own. */
function describeReason(error: unknown): string {
  return error instanceof AggregateError
    ? error.errors.map(messageOf).join('; ')
    : messageOf(error);
}

/** Returns the SQLSTATE of an error of the server; null for errors of the network. */
function readState(error: unknown): string | null {
  const code = readCode(error);
  return code !== undefined && /^[0-9A-Z]{5}$/.test(code) && !/^E[A-Z]{4}$/.test(code)
    ? code
    : null;
}

function readCode(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : undefined;
}
