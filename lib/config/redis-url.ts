/** The URL of a Redis, from what people write: a URL, or only its host and port. */
import { MillraceError } from '../errors.ts';

/** What is said beside the address, and then overrules what the URL says. */
export interface RedisAccess {
  readonly password: string | undefined;
  readonly database: number | undefined;
}

const schemes = Object.freeze(['redis:', 'rediss:', 'https:', 'http:']);

/**
 * `place` as a URL; without a scheme it is a `redis://` one. The messages of its errors never show
 * a password. Throws INVALID_CONFIGURATION.
 */
export function redisUrl(place: string, { password, database }: RedisAccess): string {
  const url = parsed(place.includes('://') ? place : `redis://${place}`);
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

function parsed(place: string): URL {
  const url = URL.parse(place);
  if (url === null) throw invalid('no URL');
  return url;
}

function invalid(found: string): MillraceError {
  return new MillraceError(
    'INVALID_CONFIGURATION',
    'a Redis is host:port, or a URL that begins with redis://, rediss:// or https://; ' +
      `found ${found} (--redis, REDIS_URL, REDIS_ADDR or redis.url)`,
  );
}
