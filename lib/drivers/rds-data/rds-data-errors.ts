/**
 * Classifies failures of the Data API: whether the call is worth a retry, and the MillraceError
 * that a caller gets. Messages never quote a row: the lines that PostgreSQL adds after the first
 * do, and are cut off.
 */
import { MillraceError, messageOf } from '../../errors.ts';
import { classifySqlFault, type SqlFault } from '../sql/sql-faults.ts';

/** The database that a client connects to, for messages; none of it is secret. */
export type RdsDataTarget = {
  readonly clusterArn: string;
  readonly secretArn: string;
  readonly database: string;
};

/**
 * - `resuming`: the database was paused and is resuming; nothing was done.
 * - `rotating`: the password was refused, as in the moment in which it is replaced; nothing was
 *   done.
 * - `conflict`: the statement was rolled back in favour of another.
 * - `refused`: too many calls; nothing was done.
 * - `lost`: no response; whether anything was done is unknown.
 * - `final`: the same call would fail again now, because of what it contains or not.
 */
export type FailureKind = 'resuming' | 'rotating' | 'conflict' | 'refused' | 'lost' | 'final';

interface SdkFailure {
  readonly name?: string;
  readonly code?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
  readonly $retryable?: { readonly throttling?: boolean };
}

/** Faults of PostgreSQL after which the same call is repeated soon. */
const lostFaults: ReadonlySet<SqlFault> = new Set(['wrongServer', 'starting', 'connections']);
/** A call that the service refuses because of what it contains. */
const documentErrors = /^(BadRequest|Validation|UnsupportedResult|InvalidParameterValue)/;
const throttlings = /Throttl|TooManyRequests|LimitExceeded|SlowDown/;
/** Messages of a database that is resuming, or has closed the service's connection to it. */
const brokenLink = /communications link failure|connection.*(closed|reset|terminated)/i;

/** SQLSTATE of a refused password: the database and the secret have different ones. */
const wrongPassword = '28P01';

/** Remedies for failures that an operator can fix, by the service's error name. */
const remedies: Readonly<Record<string, (target: RdsDataTarget) => string>> = {
  AccessDeniedException: allowCalls,
  ForbiddenException: allowCalls,
  UnrecognizedClientException: () => 'these AWS credentials are not valid; renew them',
  ExpiredTokenException: () => 'these AWS credentials have expired; log in again',
  CredentialsProviderError: () => 'no AWS credentials were found; set AWS_PROFILE or log in',
  InvalidSecretException: ({ secretArn }) =>
    `the secret ${secretArn} does not hold the user and password of the database; set both in it`,
  SecretsErrorException: ({ secretArn }) =>
    `the secret ${secretArn} cannot be read; allow secretsmanager:GetSecretValue on it`,
  HttpEndpointNotEnabledException: ({ clusterArn }) =>
    `the cluster ${clusterArn} does not exist, or its Data API is off; check DATABASE_CLUSTER_ARN ` +
    'and the region, and enable its HTTP endpoint',
  DatabaseNotFoundException: ({ clusterArn, database }) =>
    `the cluster ${clusterArn} or its database '${database}' does not exist; check ` +
    'DATABASE_CLUSTER_ARN, DATABASE_NAME and the region',
  NotFoundException: ({ clusterArn }) =>
    `the cluster ${clusterArn} does not exist; check DATABASE_CLUSTER_ARN and the region`,
};

function allowCalls({ clusterArn, secretArn }: RdsDataTarget): string {
  return (
    'these AWS credentials may not use it; allow rds-data:ExecuteStatement on ' +
    `${clusterArn}, and secretsmanager:GetSecretValue on ${secretArn}`
  );
}

/** Returns the kind of a failure. */
export function classifyFailure(error: unknown): FailureKind {
  const { name = '', $retryable } = error as SdkFailure;
  const state = parseSqlState(error);
  if (name === 'DatabaseResumingException') return 'resuming';
  if (state === wrongPassword) return 'rotating';
  // The deadline of the statement has passed: the caller decides whether there is time for another.
  if (name === 'AbortError') return 'final';
  if (state !== null && faultOf(error, state) === 'conflict') return 'conflict';
  if (throttlings.test(name) || $retryable?.throttling === true || readStatus(error) === 429) {
    return 'refused';
  }
  return hasNoResponse(error, name, state) ? 'lost' : 'final';
}

/** Returns PostgreSQL's SQLSTATE; null when the failure is not PostgreSQL's. */
export function parseSqlState(error: unknown): string | null {
  return /SQLState: ([0-9A-Z]{5})\s*$/.exec(messageOf(error))?.[1] ?? null;
}

/** Returns the error to throw in place of `error`. */
export function toRdsDataStoreError(error: unknown, target: RdsDataTarget): MillraceError {
  if (error instanceof MillraceError) return error;
  const { name = '' } = error as SdkFailure;
  const kind = classifyFailure(error);
  const sqlState = parseSqlState(error);
  const fields = { ...target, reason: name, sqlState };
  const remedy = remedies[name]?.(target) ?? findRemedyByState(sqlState, target);
  if (remedy !== null) {
    const message = `The Data API refused the call: ${remedy}. It replied: ${firstLine(error)}`;
    return new MillraceError('STORE_UNAVAILABLE', message, { fields });
  }
  if (kind === 'conflict' || (kind === 'final' && isAboutStatement(error, sqlState))) {
    return toRefusal(error, fields);
  }
  const reply = `${firstLine(error)} (HTTP ${readStatus(error) ?? 'no response'})`;
  const what = kind === 'final' ? 'could not run a statement' : 'did not answer';
  const message = `The Data API of ${target.clusterArn} ${what}: ${reply}`;
  return new MillraceError('STORE_UNAVAILABLE', message, { retryable: true, fields });
}

function toRefusal(
  error: unknown,
  fields: RdsDataTarget & { readonly reason: string; readonly sqlState: string | null },
): MillraceError {
  const message = `PostgreSQL refused a statement: ${firstLine(error)}`;
  const { sqlState } = fields;
  const retryable = sqlState !== null && faultOf(error, sqlState) !== 'document';
  return new MillraceError('STORE_FAILED', message, { retryable, fields });
}

/** Whether the statement or its document is refused; otherwise the service is at fault. */
function isAboutStatement(error: unknown, state: string | null): boolean {
  if (state === null) return documentErrors.test((error as SdkFailure).name ?? '');
  const fault = faultOf(error, state);
  return fault === 'document' || fault === 'statement';
}

function faultOf(error: unknown, state: string | null): SqlFault {
  return classifySqlFault(state, firstLine(error));
}

function findRemedyByState(state: string | null, { secretArn, database }: RdsDataTarget) {
  if (state === null || classifySqlFault(state, '') !== 'access') return null;
  return `the user in the secret ${secretArn} may not use the database '${database}'`;
}

function hasNoResponse(error: unknown, name: string, state: string | null): boolean {
  if (state !== null) return lostFaults.has(faultOf(error, state));
  if (brokenLink.test(messageOf(error))) return true;
  if (remedies[name] !== undefined) return false;
  const status = readStatus(error);
  // Without a status there was no response: the connection failed, or timed out.
  return status === undefined || status >= 500 || name === 'InvalidResourceStateException';
}

function readStatus(error: unknown): number | undefined {
  return (error as SdkFailure).$metadata?.httpStatusCode;
}

function firstLine(error: unknown): string {
  const [line = ''] = messageOf(error).split(/\n|; (?:Detail|Position|SQLState):/, 1);
  return line.replace(/^ERROR: /, '').trim();
}
