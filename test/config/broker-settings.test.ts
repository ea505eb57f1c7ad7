/** The settings of the broker: what selects it, and that no password is shown. */
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

describe('resolveBroker', () => {
  it('the broker is memory by default', () => {
    expect(resolveBroker({}, {}, {})).toEqual({ driver: 'memory' });
  });

  it('a Redis URL selects Redis unless a driver is named', () => {
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

  it('flags of the broker override the environment, which overrides the configuration', () => {
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

  it('a Redis password and database override those of the address', () => {
    const env = { redisAddress: 'cache:6379', redisPassword: 'p@ss:word', redisDatabase: 2 };

    expect(resolveBroker({}, env, {})).toMatchObject({
      url: 'redis://:p%40ss%3Aword@cache:6379/2',
    });
    expect(resolveBroker({}, env, { redisPassword: 'x', redisDatabase: 0 })).toMatchObject({
      url: 'redis://:x@cache:6379/0',
    });
  });

  it('a Redis over REST has a token and no password', () => {
    const env = { redisUrl: 'https://eu1.upstash.example', redisPassword: 'unused' };

    expect(resolveBroker({}, { ...env, redisToken: 't' }, {})).toMatchObject({
      url: 'https://eu1.upstash.example/',
      token: 't',
    });
  });

  it('a URL of Sentinels keeps its hosts, and gets password and database', () => {
    const redisUrl = 'redis+sentinel://ada@one:26379,two:26380/mymaster/0?sentinelPassword=x';
    const env = { redisUrl, redisPassword: 'p@ss', redisDatabase: 3 };

    const settings = resolveBroker({}, env, {});

    expect(settings).toMatchObject({
      url: 'redis+sentinel://ada:p%40ss@one:26379,two:26380/mymaster/3?sentinelPassword=x',
    });
    expect(describeBroker(settings)).toBe('Redis at one:26379,two:26380');
  });

  it('the deadline of a command follows the lease, within bounds', () => {
    const env = { redisUrl: 'redis://here:6379' };
    const replyMs = (leaseSeconds: number) => resolveBroker({ leaseSeconds }, env, {});

    expect(replyMs(30)).toMatchObject({ replyMs: 10_000 });
    expect(replyMs(2)).toMatchObject({ replyMs: 3_000 });
    expect(replyMs(600)).toMatchObject({ replyMs: 15_000 });
    expect(resolveBroker({ redis: { commandSeconds: 4 } }, env, {})).toMatchObject({
      replyMs: 4_000,
    });
  });

  it('an unknown broker is refused with the names of its settings', () => {
    expect(() => resolveBroker({}, { broker: 'kafka' }, {})).toThrow(
      "the broker must be one of memory, redis, sqs; found 'kafka'",
    );
    expect(() => resolveBroker({}, { broker: 'redis' }, {})).toThrow(
      'the broker redis needs a URL: set REDIS_URL, REDIS_ADDR, --redis or redis.url',
    );
  });

  it('an invalid Redis address is refused without its password', () => {
    const wrong = 'amqp://user:hidden@host';

    expect(() => resolveBroker({}, { redisUrl: wrong }, {})).toThrow(/found amqp:/);
    expect(() => resolveBroker({}, { redisUrl: wrong }, {})).not.toThrow(/hidden/);
    expect(() => resolveBroker({}, { redisUrl: '::::' }, {})).toThrow('found no URL');
  });

  it('a percent sign that begins no escape is refused in words, without the password', () => {
    for (const url of ['redis://:secret%@h:1/0', 'redis+sentinel://:secret%zz@h:1/main']) {
      expect(() => resolveBroker({ redis: { url } }, {}, {})).toThrow(
        expect.objectContaining({
          code: 'INVALID_CONFIGURATION',
          message: expect.stringMatching(/^(?!.*secret).*write it as %25/s),
        }),
      );
    }
  });

  it('the description of a broker contains no password', () => {
    const redis = resolveBroker({}, { redisUrl: 'redis://:hidden@cache:6380' }, {});

    expect(describeBroker(redis)).toBe('Redis at cache:6380');
    expect(describeBroker({ driver: 'sqs', endpoint: 'http://localhost:4566' })).toBe(
      'SQS at http://localhost:4566',
    );
    expect(describeBroker({ driver: 'memory' })).toBe('memory');
  });
});
