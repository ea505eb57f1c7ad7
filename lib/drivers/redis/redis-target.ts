import { MillraceError } from '../../errors.ts';

/** A Redis server over TCP. */
export interface TcpTarget {
  readonly kind: 'tcp';
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly database: number;
  /** Whether the URL marks it as a cluster; otherwise it is detected. */
  readonly cluster: boolean;
  /** The Sentinels that know where the server is; null when `host` and `port` are its address. */
  readonly sentinel: SentinelTarget | null;
  readonly description: string;
}

/** A group of Sentinels, and which of their masters is meant. */
export interface SentinelTarget {
  readonly nodes: readonly { readonly host: string; readonly port: number }[];
  readonly master: string;
  readonly username: string | undefined;
  readonly password: string | undefined;
}

/** A Redis database over the REST protocol of Upstash. */
export interface RestTarget {
  readonly kind: 'rest';
  readonly url: string;
  readonly token: string;
  readonly description: string;
}

/** Protocol, server and credentials; its `description` never holds a password or a token. */
export type RedisTarget = TcpTarget | RestTarget;

const defaultPort = 6379;
const defaultSentinelPort = 26_379;

/** The hosts of a URL of Sentinels; a URL has one host, so they are taken out to read the rest. */
const sentinelUrl = /^(rediss?)\+sentinel:\/\/([^@/]*@)?([^/?#]+)(.*)$/;

/**
 * Parses a Redis URL. Throws `INVALID_CONFIGURATION` for a URL that is not of Redis.
 *
 * @param token the token of a REST URL
 */
export function parseRedisUrl(text: string, token?: string): RedisTarget {
  const sentinel = sentinelUrl.exec(text);
  if (sentinel !== null) return toSentinelTarget(sentinel);
  if (!URL.canParse(text)) throw invalidUrl('it is not a URL');
  const url = new URL(text);
  switch (url.protocol) {
    case 'redis:':
    case 'rediss:':
      return toTcpTarget(url);
    case 'https:':
    case 'http:':
      return toRestTarget(url, token);
    default:
      throw invalidUrl(`it begins with ${url.protocol}//`);
  }
}

function toTcpTarget(url: URL): TcpTarget {
  const path = url.pathname.replace(/^\//, '');
  if (!/^\d{0,4}$/.test(path)) {
    throw invalidUrl(`the database is '${path}', and it must be a number (redis://host:6379/0)`);
  }
  const host = url.hostname.replace(/^\[|\]$/g, '') || 'localhost';
  const port = url.port === '' ? defaultPort : Number(url.port);
  const database = Number(path);
  const tls = url.protocol === 'rediss:';
  return {
    kind: 'tcp',
    host,
    port,
    tls,
    username: decodePart(url.username),
    password: decodePart(url.password),
    database,
    cluster: url.searchParams.get('cluster') === 'true',
    sentinel: null,
    description: `Redis at ${host}:${port}${tls ? ' by TLS' : ''}, database ${database}`,
  };
}

/** Reads `redis+sentinel://user:password@host:port,host:port/master/database`. */
function toSentinelTarget([
  ,
  scheme,
  user = '',
  hosts = '',
  rest = '',
]: readonly string[]): TcpTarget {
  const [, master = '', path = ''] = /^\/([^/?]+)(.*)$/.exec(rest) ?? [];
  const nodes = hosts.split(',').map((host) => `redis://${host}`);
  if (master === '') throw invalidUrl('it names no master (redis+sentinel://host:26379/mymaster)');
  if (!nodes.every((node) => URL.canParse(node))) throw invalidUrl('its hosts cannot be read');
  const url = new URL(`${scheme}://${user}sentinel${path}`);
  const { searchParams } = url;
  const target = toTcpTarget(url);
  return {
    ...target,
    cluster: false,
    sentinel: {
      nodes: nodes.map((node) => {
        const { hostname, port } = new URL(node);
        return {
          host: hostname.replace(/^\[|\]$/g, ''),
          port: Number(port || defaultSentinelPort),
        };
      }),
      master: decodeURIComponent(master),
      username: searchParams.get('sentinelUsername') ?? undefined,
      password: searchParams.get('sentinelPassword') ?? undefined,
    },
    description:
      `Redis ${decodeURIComponent(master)} of the Sentinels at ${hosts}` +
      `${target.tls ? ' by TLS' : ''}, database ${target.database}`,
  };
}

function toRestTarget(url: URL, token: string | undefined): RestTarget {
  const insecure = url.searchParams.get('insecure') === 'true';
  if (url.protocol === 'http:' && !insecure && !isLoopback(url.hostname)) {
    throw invalidUrl(
      `http:// would send the token to ${url.hostname} unencrypted; use https://, or add ` +
        '?insecure=true if the network is your own',
    );
  }
  if (token === undefined || token === '') {
    throw invalidUrl('a REST URL needs a token: set REDIS_TOKEN');
  }
  if (url.username !== '' || url.password !== '') {
    throw invalidUrl('a REST URL has no user and no password: the token is REDIS_TOKEN');
  }
  const base = `${url.origin}${url.pathname.replace(/\/$/, '')}`;
  return { kind: 'rest', url: base, token, description: `Redis at ${base}` };
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127\./.test(host);
}

function decodePart(part: string): string | undefined {
  return part === '' ? undefined : decodeURIComponent(part);
}

/** The message does not quote the URL, which may hold a password. */
function invalidUrl(found: string): MillraceError {
  return new MillraceError(
    'INVALID_CONFIGURATION',
    'The Redis URL must be redis:// or rediss:// (TCP), redis+sentinel:// or rediss+sentinel:// ' +
      `(Sentinels), or https:// (the REST protocol of Upstash), but ${found}.`,
  );
}
