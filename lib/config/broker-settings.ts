/**
 * Where tasks queue, as the configuration, the environment and the flags say it together. Whatever
 * names a Redis selects it, unless a driver is named.
 */
import { MillraceError } from '../errors.ts';
import type { MillraceConfig, SqsConfig } from './config.ts';
import type { EnvSettings } from './env.ts';
import { redisUrl } from './redis-url.ts';
import type { FlagSettings } from './settings.ts';

/** Which broker, and where. */
export type BrokerSettings =
  | { readonly driver: 'memory' }
  | {
      readonly driver: 'redis';
      readonly url: string;
      readonly token: string | null;
      readonly namespace: string;
    }
  | (SqsConfig & { readonly driver: 'sqs' });

/** What all keys begin with unless the configuration says otherwise. */
const redisNamespaceDefault = 'millrace';

/** The broker to open. Throws INVALID_CONFIGURATION. */
export function resolveBroker(
  config: Pick<MillraceConfig, 'broker' | 'redis' | 'sqs'>,
  env: EnvSettings,
  flags: FlagSettings,
): BrokerSettings {
  const url = resolveUrl(config, env, flags);
  const driver =
    flags.queueDriver ??
    env.queueDriver ??
    config.broker ??
    (url === undefined ? 'memory' : 'redis');
  switch (driver) {
    case 'memory':
      return { driver };
    case 'redis':
      return resolveRedis(url, config, env);
    case 'sqs':
      return resolveSqs(config, env);
    default:
      throw invalid(
        `the broker must be one of memory, redis, sqs; found '${driver}' ` +
          '(--broker, QUEUE_DRIVER or broker)',
      );
  }
}

/** Where it is, for people: no password in it. */
export function describeBroker(settings: BrokerSettings): string {
  switch (settings.driver) {
    case 'memory':
      return 'memory';
    case 'redis':
      return `Redis at ${new URL(settings.url).host}`;
    case 'sqs':
      return `SQS${settings.endpoint === undefined ? '' : ` at ${settings.endpoint}`}`;
  }
}

function resolveUrl(
  { redis = {} }: Pick<MillraceConfig, 'redis'>,
  env: EnvSettings,
  flags: FlagSettings,
): string | undefined {
  const place = flags.redisUrl ?? env.redisUrl ?? env.redisAddress ?? redis.url;
  if (place === undefined) return undefined;
  return redisUrl(place, {
    password: flags.redisPassword ?? env.redisPassword,
    database: flags.redisDatabase ?? env.redisDatabase,
  });
}

function resolveRedis(
  url: string | undefined,
  { redis = {} }: Pick<MillraceConfig, 'redis'>,
  env: EnvSettings,
): BrokerSettings {
  if (url === undefined) {
    throw invalid(
      'the broker redis needs a URL: set REDIS_URL, REDIS_ADDR, --redis or redis.url ' +
        '(redis://:password@host:6379/0)',
    );
  }
  return {
    driver: 'redis',
    url,
    token: env.redisToken ?? redis.token ?? null,
    namespace: env.redisNamespace ?? redis.namespace ?? redisNamespaceDefault,
  };
}

function resolveSqs({ sqs }: Pick<MillraceConfig, 'sqs'>, env: EnvSettings): BrokerSettings {
  const queuePrefix = env.sqsQueuePrefix ?? sqs?.queuePrefix;
  const urls = env.sqsQueueUrls ?? sqs?.urls;
  return {
    driver: 'sqs',
    ...sqs,
    ...(queuePrefix !== undefined && { queuePrefix }),
    ...(urls !== undefined && { urls }),
  };
}

function invalid(message: string): MillraceError {
  return new MillraceError('INVALID_CONFIGURATION', message);
}
