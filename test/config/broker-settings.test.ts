/** Where tasks queue: what selects which broker, and what is never shown of it. */
import { describe, expect, it } from 'vitest';
import { describeBroker, resolveBroker as resolveFrom } from '../../lib/config/broker-settings.ts';
import type { SettingOverrides } from '../../lib/config/setting-sources.ts';

function resolveBroker(
  config: Parameters<typeof resolveFrom>[0],
  env: SettingOverrides,
  flags: SettingOverrides,
) {
  return resolveFrom(config, { ...env, ...flags });
}

describe('the broker', () => {
  it('is in memory when nobody says anything', () => {
    expect(resolveBroker({}, {}, {})).toEqual({ driver: 'memory' });
  });

  it('is the Redis that is named, unless a driver is', () => {
    const redisUrl = 'redis://here:6379';

    expect(resolveBroker({}, { redisUrl }, {})).toEqual({
      driver: 'redis',
      url: redisUrl,
      token: null,
      namespace: 'millrace',
    });
    expect(resolveBroker({ broker: 'memory' }, { redisUrl }, {})).toEqual({ driver: 'memory' });
    expect(resolveBroker({}, { redisUrl }, { broker: 'sqs' })).toEqual({ driver: 'sqs' });
  });

  it('is what the flags say before the environment, and that before the configuration', () => {
    const config = { redis: { url: 'redis://config', token: 'c', namespace: 'c' } };
    const env = { redisUrl: 'redis://environment', redisNamespace: 'e' };

    expect(resolveBroker(config, {}, {})).toMatchObject({ url: 'redis://config', token: 'c' });
    expect(resolveBroker(config, env, {})).toMatchObject({
      url: 'redis://environment',
      namespace: 'e',
    });
    expect(resolveBroker(config, env, { redisUrl: 'flag:1' })).toMatchObject({
      url: 'redis://flag:1',
    });
  });

  it('has its address, password and database said apart, if need be', () => {
    const env = { redisAddress: 'cache:6379', redisPassword: 'p@ss:word', redisDatabase: 2 };

    expect(resolveBroker({}, env, {})).toMatchObject({
      url: 'redis://:p%40ss%3Aword@cache:6379/2',
    });
    expect(resolveBroker({}, env, { redisPassword: 'x', redisDatabase: 0 })).toMatchObject({
      url: 'redis://:x@cache:6379/0',
    });
  });

  it('takes a token over REST, and no password', () => {
    const env = { redisUrl: 'https://eu1.upstash.example', redisPassword: 'unused' };

    expect(resolveBroker({}, { ...env, redisToken: 't' }, {})).toMatchObject({
      url: 'https://eu1.upstash.example/',
      token: 't',
    });
  });

  it('is refused when it is none, with the names that change it', () => {
    expect(() => resolveBroker({}, { broker: 'kafka' }, {})).toThrow(
      "the broker must be one of memory, redis, sqs; found 'kafka'",
    );
    expect(() => resolveBroker({}, { broker: 'redis' }, {})).toThrow(
      'the broker redis needs a URL: set REDIS_URL, REDIS_ADDR, --redis or redis.url',
    );
  });

  it('shows no password when its address is no address', () => {
    const wrong = 'amqp://user:hidden@host';

    expect(() => resolveBroker({}, { redisUrl: wrong }, {})).toThrow(/found amqp:/);
    expect(() => resolveBroker({}, { redisUrl: wrong }, {})).not.toThrow(/hidden/);
    expect(() => resolveBroker({}, { redisUrl: '::::' }, {})).toThrow('found no URL');
  });

  it('is described without its password', () => {
    const redis = resolveBroker({}, { redisUrl: 'redis://:hidden@cache:6380' }, {});

    expect(describeBroker(redis)).toBe('Redis at cache:6380');
    expect(describeBroker({ driver: 'sqs', endpoint: 'http://localhost:4566' })).toBe(
      'SQS at http://localhost:4566',
    );
    expect(describeBroker({ driver: 'memory' })).toBe('memory');
  });
});
