/** Addresses of a Redis as users write them. */
import { MillraceError } from '../errors.ts';

/** Settings that are given besides the address; they override what the URL contains. */
export interface RedisAccess {
  readonly password: string | undefined;
  readonly database: number | undefined;
}

const schemes = Object.freeze(['redis:', 'rediss:', 'https:', 'http:']);

/** The hosts of a URL of Sentinels, between the user's part and the path. */
const sentinelHosts = /^(rediss?\+sentinel:\/\/(?:[^@/]*@)?)([^/?#]+)(.*)$/;

/**
 * Returns the URL of a Redis for `address`, which is a URL or `host:port`. Throws
 * INVALID_CONFIGURATION; the message never contains a password.
 */
export function redisUrl(address: string, access: RedisAccess): string {
  const sentinel = sentinelHosts.exec(address);
  if (sentinel !== null) return sentinelUrl(sentinel, access);
  const url = parseUrl(address.includes('://') ? address : `redis://${address}`);
  if (!schemes.includes(url.protocol) || url.hostname === '') throw invalid(url.protocol);
  if (isRest(url)) return url.href;
  if (access.password !== undefined) url.password = encodeURIComponent(access.password);
  if (access.database !== undefined) url.pathname = `/${access.database}`;
  return url.href;
}

/** Returns the hosts of a URL that {@link redisUrl} has returned, for messages. */
export function redisHosts(url: string): string {
  return sentinelHosts.exec(url)?.[2] ?? new URL(url).host;
}

/** A URL has one host: the list is taken out while the rest is read. */
function sentinelUrl(
  [, start = '', hosts = '', path = '']: readonly string[],
  { password, database }: RedisAccess,
): string {
  const url = parseUrl(`${start}sentinels${path}`);
  if (password !== undefined) url.password = encodeURIComponent(password);
  if (database !== undefined) {
    const [, master = ''] = url.pathname.split('/');
    url.pathname = `/${master}/${database}`;
  }
  const [beforeHosts = '', afterHosts = ''] = url.href.split(/(?<=\/\/|@)sentinels(?=[/?#]|$)/, 2);
  return `${beforeHosts}${hosts}${afterHosts}`;
}

/** REST has a token instead of a password, and one database. */
function isRest({ protocol }: URL): boolean {
  return protocol === 'https:' || protocol === 'http:';
}

function parseUrl(text: string): URL {
  const url = URL.parse(text);
  if (url === null) throw invalid('no URL');
  const { username, password, pathname } = url;
  if (![username, password, pathname].every(isDecodable)) {
    throw invalid('a % that begins no escape: write it as %25 in the user, password and path');
  }
  return url;
}

function isDecodable(part: string): boolean {
  try {
    decodeURIComponent(part);
    return true;
  } catch {
    return false;
  }
}

function invalid(found: string): MillraceError {
  return new MillraceError(
    'INVALID_CONFIGURATION',
    'the address of a Redis must be host:port, or a URL that begins with redis://, rediss://, ' +
      `redis+sentinel:// or https://; found ${found} (--redis, REDIS_URL, REDIS_ADDR or redis.url)`,
  );
}
