/** Which URLs name a Redis, and what is said of the others. */
import { describe, expect, it } from 'vitest';
import { readRedisUrl } from '../../../lib/drivers/redis/redis-target.ts';

function refusalOf(url: string, token?: string): string {
  try {
    readRedisUrl(url, token);
  } catch (error) {
    expect(error).toMatchObject({ code: 'INVALID_CONFIGURATION', retryable: false });
    return String(error);
  }
  throw new Error(`${url} was accepted`);
}

describe('a Redis URL', () => {
  it('names host, port, credentials and database', () => {
    expect(readRedisUrl('redis://me:p%40ss@redis.example:6380/3')).toMatchObject({
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

  it('means port 6379, database 0 and nobody where it does not say', () => {
    expect(readRedisUrl('rediss://redis.example')).toMatchObject({
      port: 6379,
      tls: true,
      username: undefined,
      password: undefined,
      database: 0,
    });
  });

  it('may name a cluster, and an address of version 6', () => {
    expect(readRedisUrl('redis://[::1]:7000?cluster=true')).toMatchObject({
      host: '::1',
      port: 7000,
      cluster: true,
    });
  });

  it('may be that of a REST service, with its token', () => {
    expect(readRedisUrl('https://eu1.example/redis/', 'secret')).toEqual({
      kind: 'rest',
      url: 'https://eu1.example/redis',
      token: 'secret',
      description: 'Redis at https://eu1.example/redis',
    });
  });

  it('may be http:// on loopback, or where it is asked for', () => {
    for (const url of ['http://localhost:80', 'http://127.0.0.1', 'http://srh?insecure=true']) {
      expect(readRedisUrl(url, 'secret')).toMatchObject({ kind: 'rest' });
    }
    expect(refusalOf('http://srh', 'secret')).toContain('?insecure=true');
  });

  it('of another kind is refused, whatever is wrong with it', () => {
    expect(refusalOf('redis.example:6379')).toContain('begins with redis.example:');
    expect(refusalOf('mysql://x')).toContain('redis:// or rediss://');
    expect(refusalOf('not a url')).toContain('it is not a URL');
    expect(refusalOf('redis://x/queues')).toContain("the database is 'queues'");
    expect(refusalOf('https://x')).toContain('REDIS_TOKEN');
    expect(refusalOf('https://me:secret@x', 't')).toContain('no user and no password');
  });

  it('is never shown with its password', () => {
    const { description } = readRedisUrl('redis://me:secret@redis.example');
    const refused = [
      refusalOf('redis://me:secret@x/queues'),
      refusalOf('amqp://me:secret@x'),
      refusalOf('https://me:secret@x', 'secret'),
    ];

    expect([description, ...refused].join()).not.toContain('secret');
  });
});
