/** Errors of the Redis clients as errors of Millrace. */
import { type ErrorFields, hasCode, MillraceError, messageOf } from '../../errors.ts';

/** It was the master and is not any longer, or has lost its replicas or its cluster. */
const wrongServer = /^(READONLY|CLUSTERDOWN|MASTERDOWN|UNBLOCKED|NOREPLICAS)\b/;
const loading = /^LOADING\b/;
/** Redis cannot serve now, and will later: a busy script, a failed snapshot … */
const notNow = /^(TRYAGAIN|BUSY|MISCONF)\b/;
const noConnections = /^ERR max number of clients/;
/** Wrong or missing credentials, and commands that the user may not run. */
const refused = /^(WRONGPASS|NOAUTH|NOPERM|ERR AUTH|ERR invalid password)|[Uu]nauthorized/;
const noDatabase = /DB index is out of range|SELECT is not allowed/;
/** At `maxmemory` with `noeviction`; REST services have texts of their own. */
const full = /^OOM\b|^ERR max (database|request) size|quota exceeded/i;
/** An error reply of the server, as opposed to an error of the connection. */
const reply = /^[A-Z]{2,}\b/;
const tls = /SSL|TLS|certificate|CERT_|self[- ]signed|wrong version number/i;

/** The start of an error of a call that is made while the connection is being replaced. */
export const reconnecting = 'reconnecting after: ';

/** Whether the error says that another server is the master by now. */
export function isWrongServer(error: unknown): boolean {
  return wrongServer.test(findReason(error));
}

/** Whether the server still loads its data. */
export function isLoading(error: unknown): boolean {
  return loading.test(findReason(error));
}

/** Whether the server is out of memory. */
export function isOutOfMemory(error: unknown): boolean {
  return hasCode(error, 'BROKER_UNAVAILABLE') && error.fields.full === true;
}

/**
 * Converts an error of the Redis clients: unreachable, full, refused, or a bug. The message never
 * contains a command, because its arguments are payloads, nor a credential. The field `passing`
 * marks a server that runs and does not serve yet: a start waits for it.
 *
 * @param where describes the server
 */
export function toRedisError(error: unknown, where: string): MillraceError {
  if (hasCode(error)) return error;
  const reason = findReason(error);
  if (reason.startsWith(reconnecting)) return unavailable(`${where} is away: ${reason}.`);
  if (refused.test(reason)) {
    return configuration(
      `${where} refused the connection: ${reason.replace(/\.$/, '')}. ` +
        'Check user and password: in the URL, REDIS_PASSWORD, or REDIS_TOKEN for https://.',
    );
  }
  if (noDatabase.test(reason)) {
    return configuration(
      `${where} has no such database: ${reason}. Check the URL's last number, or REDIS_DB.`,
    );
  }
  if (!reply.test(reason) && tls.test(reason)) {
    return configuration(
      `${where} could not be reached by TLS: ${reason}. ` +
        'redis:// is without TLS, rediss:// with it; Node must trust its certificate.',
    );
  }
  if (full.test(reason)) {
    return unavailable(
      `${where} has no memory left: ${reason}. Raise its maxmemory, or let workers empty the queues.`,
      { full: true },
    );
  }
  if (noConnections.test(reason)) {
    return unavailable(
      `${where} has too many connections: ${reason}. Raise its maxclients, or run fewer processes.`,
      { passing: true },
    );
  }
  if (loading.test(reason) || wrongServer.test(reason)) {
    return unavailable(`${where} cannot serve now: ${reason}.`, { passing: true });
  }
  if (notNow.test(reason)) return unavailable(`${where} cannot serve now: ${reason}.`);
  if (/^[A-Z]{2,} /.test(reason)) {
    return new MillraceError('BROKER_UNAVAILABLE', `${where} refused a command: ${reason}`);
  }
  return unavailable(
    `${where} did not answer: ${reason}. Check that it runs, and that the URL is right: ` +
      'redis:// is without TLS, rediss:// with it.',
  );
}

function configuration(message: string): MillraceError {
  return new MillraceError('BROKER_UNAVAILABLE', message);
}

function unavailable(message: string, fields: ErrorFields = {}): MillraceError {
  return new MillraceError('BROKER_UNAVAILABLE', message, { retryable: true, fields });
}

/**
 * A host with several addresses fails with one error per address; `fetch` puts the reason into the
 * cause.
 */
function findReason(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) {
    return error.errors.map(findReason).join('; ');
  }
  const cause = error instanceof Error ? error.cause : undefined;
  const own = withoutCommand(messageOf(error)).trim();
  return cause instanceof Error && own === 'fetch failed'
    ? findReason(cause)
    : own || 'no reason given';
}

/** `@upstash/redis` ends its messages with the whole command. */
function withoutCommand(message: string): string {
  const end = message.indexOf(', command was:');
  return end === -1 ? message : message.slice(0, end);
}
