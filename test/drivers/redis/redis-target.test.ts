/** Parsing Redis URLs, and the errors for invalid ones. */
import { describe, expect, it } from 'vitest';
import { parseRedisUrl } from '../../../lib/drivers/redis/redis-target.ts';

function catchRefusal(url: string, token?: string): string {
  try {
    parseRedisUrl(url, token);
  } catch (error) {
    expect(error).toMatchObject({ code: 'INVALID_CONFIGURATION', retryable: false });
    return String(error);
  }
  throw new Error(`${url} was accepted`);
}

describe('a Redis URL', () => {
  it('a Redis URL has host, port, credentials and database', () => {
    expect(parseRedisUrl('redis://me:p%40ss@redis.example:6380/3')).toMatchObject({
      kind: 'tcp',
      host: 'redis.example',
      port: 6380,
      tls: false,
      username: 'me',
      password: 'p@ss',
      database: 3,
      cluster: false,
    });
  });

  it('a Redis URL defaults to port 6379, database 0 and no credentials', () => {
    expect(parseRedisUrl('rediss://redis.example')).toMatchObject({
      port: 6379,
      tls: true,
      username: undefined,
      password: undefined,
      database: 0,
    });
  });

  it('a Redis URL of Sentinels names them, their master, and credentials of both', () => {
    const url =
      'rediss+sentinel://me:p%40ss@one,two.example:26380,[::1]:7/my%20master/2' +
      '?sentinelUsername=s&sentinelPassword=t';

    expect(parseRedisUrl(url)).toMatchObject({
      tls: true,
      username: 'me',
      password: 'p@ss',
      database: 2,
      cluster: false,
      sentinel: {
        nodes: [
          { host: 'one', port: 26_379 },
          { host: 'two.example', port: 26_380 },
          { host: '::1', port: 7 },
        ],
        master: 'my master',
        username: 's',
        password: 't',
      },
    });
    expect(catchRefusal('redis+sentinel://one:26379')).toContain('it names no master');
    expect(catchRefusal('redis+sentinel://one:x/m')).toContain('its hosts cannot be read');
  });

  it('a Redis URL may name a cluster and an IPv6 address', () => {
    expect(parseRedisUrl('redis://[::1]:7000?cluster=true')).toMatchObject({
      host: '::1',
      port: 7000,
      cluster: true,
    });
  });

  it('a Redis URL may be that of a REST service, with its token', () => {
    expect(parseRedisUrl('https://eu1.example/redis/', 'secret')).toEqual({
      kind: 'rest',
      url: 'https://eu1.example/redis',
      token: 'secret',
      description: 'Redis at https://eu1.example/redis',
    });
  });

  it('a REST URL may be http:// on loopback, or with insecure=true', () => {
    for (const url of ['http://localhost:80', 'http://127.0.0.1', 'http://srh?insecure=true']) {
      expect(parseRedisUrl(url, 'secret')).toMatchObject({ kind: 'rest' });
    }
    expect(catchRefusal('http://srh', 'secret')).toContain('?insecure=true');
  });

  it('an invalid Redis URL is refused with the reason', () => {
    expect(catchRefusal('redis.example:6379')).toContain('begins with redis.example:');
    expect(catchRefusal('mysql://x')).toContain('redis:// or rediss://');
    expect(catchRefusal('not a url')).toContain('it is not a URL');
    expect(catchRefusal('redis://x/queues')).toContain("the database is 'queues'");
    expect(catchRefusal('https://x')).toContain('REDIS_TOKEN');
    expect(catchRefusal('https://me:secret@x', 't')).toContain('no user and no password');
  });

  it('no description and no error of a Redis URL contains its password', () => {
    const { description } = parseRedisUrl('redis://me:secret@redis.example');
    const refused = [
      catchRefusal('redis://me:secret@x/queues'),
      catchRefusal('amqp://me:secret@x'),
      catchRefusal('https://me:secret@x', 'secret'),
    ];

    expect([description, ...refused].join()).not.toContain('secret');
  });
});
