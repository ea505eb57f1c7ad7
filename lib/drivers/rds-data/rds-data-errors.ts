/**
 * Classifies failures of the Data API: whether the call is worth a retry, and the MillraceError
 * that a caller gets. Messages never quote a row: the lines that PostgreSQL adds after the first
 * do, and are cut off.
 */
import { MillraceError, messageOf } from '../../errors.ts';

/** The database that a client connects to, for messages; none of it is secret. */
export type RdsDataTarget = {
  readonly clusterArn: string;
  readonly secretArn: string;
  readonly database: string;
};

/**
 * - `resuming`: the database was paused and is resuming; nothing was done.
 * - `conflict`: the statement was rolled back in favour of another.
 * - `refused`: too many calls; nothing was done.
 * - `lost`: no response; whether anything was done is unknown.
 * - `final`: the same call would fail again.
 */
export type FailureKind = 'resuming' | 'conflict' | 'refused' | 'lost' | 'final';

interface SdkFailure {
  readonly name?: string;
  readonly code?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
  readonly $retryable?: { readonly throttling?: boolean };
}

const conflictStates: ReadonlySet<string> = new Set(['40001', '40P01']);
/** Connection lost, server shutting down or starting, too many connections. */
const unavailableStates = /^(08...|57P0[123]|53300)$/;
/** Wrong password, no such database, no right to it. */
const refusedStates = /^(28...|3D000|42501)$/;
const throttlings = /Throttl|TooManyRequests|LimitExceeded|SlowDown/;
/** Messages of a database that is resuming, or has closed the service's connection to it. */
const brokenLink = /communications link failure|connection.*(closed|reset|terminated)/i;

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
    'these AWS credentials may not use it; allow rds-data:ExecuteStatement, ' +
    'rds-data:BeginTransaction, rds-data:CommitTransaction and rds-data:RollbackTransaction on ' +
    `${clusterArn}, and secretsmanager:GetSecretValue on ${secretArn}`
  );
}

/** Returns the kind of a failure. */
export function classifyFailure(error: unknown): FailureKind {
  const { name = '', $retryable } = error as SdkFailure;
  const state = parseSqlState(error);
  if (name === 'DatabaseResumingException') return 'resuming';
  if (state !== null && conflictStates.has(state)) return 'conflict';
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
  if (kind === 'final' || kind === 'conflict') return toRefusal(error, fields);
  const reply = `${firstLine(error)} (HTTP ${readStatus(error) ?? 'no response'})`;
  const message = `The Data API of ${target.clusterArn} did not answer: ${reply}`;
  return new MillraceError('STORE_UNAVAILABLE', message, { retryable: true, fields });
}

function toRefusal(
  error: unknown,
  fields: RdsDataTarget & { readonly reason: string; readonly sqlState: string | null },
): MillraceError {
  const timedOut = fields.reason === 'StatementTimeoutException';
  const message = timedOut
    ? 'The Data API cancelled a statement after 45 seconds: give the cluster more capacity'
    : `PostgreSQL refused a statement: ${firstLine(error)}`;
  const retryable = timedOut || classifyFailure(error) === 'conflict';
  return new MillraceError('STORE_FAILED', message, { retryable, fields });
}

function findRemedyByState(state: string | null, { secretArn, database }: RdsDataTarget) {
  if (state === null || !refusedStates.test(state)) return null;
  return `the user in the secret ${secretArn} may not use the database '${database}'`;
}

function hasNoResponse(error: unknown, name: string, state: string | null): boolean {
  if (state !== null) return unavailableStates.test(state);
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
