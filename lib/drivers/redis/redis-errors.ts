/**
 * What an error of the Redis clients means to a caller: out of reach, full, refused, or a bug.
 * Messages never hold a command, since its arguments are payloads, nor a credential.
 */
import { type ErrorFields, hasCode, MillraceError, messageOf } from '../../errors.ts';

/** Redis's words for "not now": loading its data, a replica, a cluster without a quorum … */
const notNow = /^(LOADING|READONLY|CLUSTERDOWN|MASTERDOWN|TRYAGAIN|BUSY|UNBLOCKED|MISCONF)\b/;
/** Wrong or missing credentials, and what the user may not do. */
const refused = /^(WRONGPASS|NOAUTH|NOPERM|ERR AUTH|ERR invalid password)|[Uu]nauthorized/;
const noDatabase = /DB index is out of range|SELECT is not allowed/;
/** At `maxmemory` under `noeviction`; REST services say it in their own words. */
const full = /^OOM\b|^ERR max (database|request) size|quota exceeded/i;
/** An error that the server answered, not one of the connection. */
const reply = /^[A-Z]{2,}\b/;
const tls = /SSL|TLS|certificate|CERT_|self[- ]signed|wrong version number/i;

/** Whether the error is that the server has no room. */
export function isFull(error: unknown): boolean {
  return hasCode(error, 'BROKER_UNAVAILABLE') && error.fields.full === true;
}

/** The error to throw in place of `error`. @param where the server, for people */
export function toBrokerError(error: unknown, where: string): MillraceError {
  if (hasCode(error)) return error;
  const said = reasonOf(error);
  if (refused.test(said)) {
    return configuration(
      `${where} refused the connection: ${said.replace(/\.$/, '')}. ` +
        'Check user and password: in the URL, REDIS_PASSWORD, or REDIS_TOKEN for https://.',
    );
  }
  if (noDatabase.test(said)) {
    return configuration(
      `${where} has no such database: ${said}. Check the URL's last number, or REDIS_DB.`,
    );
  }
  if (!reply.test(said) && tls.test(said)) {
    return configuration(
      `${where} could not be reached by TLS: ${said}. ` +
        'redis:// is without TLS, rediss:// with it; its certificate must be one that Node trusts.',
    );
  }
  if (full.test(said)) {
    return unavailable(
      `${where} has no memory left: ${said}. Raise its maxmemory, or let workers empty the queues.`,
      { full: true },
    );
  }
  if (notNow.test(said)) return unavailable(`${where} cannot serve now: ${said}.`);
  if (/^[A-Z]{2,} /.test(said)) {
    return new MillraceError('BROKER_UNAVAILABLE', `${where} refused a command: ${said}`);
  }
  return unavailable(
    `${where} did not answer: ${said}. Check that it runs, and that the URL is right: ` +
      'redis:// is without TLS, rediss:// with it.',
  );
}

function configuration(message: string): MillraceError {
  return new MillraceError('BROKER_UNAVAILABLE', message);
}

function unavailable(message: string, fields: ErrorFields = {}): MillraceError {
  return new MillraceError('BROKER_UNAVAILABLE', message, { retryable: true, fields });
}

/** A host with several addresses fails with one error per address; `fetch` hides its own. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) {
    return error.errors.map(reasonOf).join('; ');
  }
  const cause = error instanceof Error ? error.cause : undefined;
  const own = withoutCommand(messageOf(error)).trim();
  return cause instanceof Error && own === 'fetch failed'
    ? reasonOf(cause)
    : own || 'no reason given';
}

/** `@upstash/redis` ends its messages with the whole command. */
function withoutCommand(message: string): string {
  const end = message.indexOf(', command was:');
  return end === -1 ? message : message.slice(0, end);
}
