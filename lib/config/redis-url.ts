import { MillraceError } from '../errors.ts';

/** Settings that are given besides the address; they override what the URL contains. */
export interface RedisAccess {
  readonly password: string | undefined;
  readonly database: number | undefined;
}

const schemes = Object.freeze(['redis:', 'rediss:', 'https:', 'http:']);

/**
 * Returns the URL of a Redis for `address`, which is a URL or `host:port`. Throws
 * INVALID_CONFIGURATION; the message never contains a password.
 */
export function redisUrl(address: string, { password, database }: RedisAccess): string {
  const url = parseUrl(address.includes('://') ? address : `redis://${address}`);
  if (!schemes.includes(url.protocol) || url.hostname === '') throw invalid(url.protocol);
  if (isRest(url)) return url.href;
  if (password !== undefined) url.password = encodeURIComponent(password);
  if (database !== undefined) url.pathname = `/${database}`;
  return url.href;
}

/** REST has a token instead of a password, and one database. */
function isRest({ protocol }: URL): boolean {
  return protocol === 'https:' || protocol === 'http:';
}

function parseUrl(text: string): URL {
  const url = URL.parse(text);
  if (url === null) throw invalid('no URL');
  return url;
}

function invalid(found: string): MillraceError {
  return new MillraceError(
    'INVALID_CONFIGURATION',
    'the address of a Redis must be host:port, or a URL that begins with redis://, rediss:// or ' +
      `https://; found ${found} (--redis, REDIS_URL, REDIS_ADDR or redis.url)`,
  );
}
