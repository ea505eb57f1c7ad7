/** Resolves the settings of the broker. A Redis URL selects Redis unless a driver is named. */
import { MillraceError } from '../errors.ts';
import { resolveDeadline } from './answer-deadline.ts';
import type { MillraceConfig, SqsConfig } from './config.ts';
import { redisHosts, redisUrl } from './redis-url.ts';
import type { SettingOverrides } from './setting-sources.ts';

/** The broker and its connection. */
export type BrokerSettings =
  | { readonly driver: 'memory' }
  | {
      readonly driver: 'redis';
      readonly url: string;
      readonly token: string | null;
      readonly namespace: string;
      /** Maximum time for an answer, in milliseconds. @default the driver's own */
      readonly replyMs?: number;
    }
  | (SqsConfig & { readonly driver: 'sqs' });

/** Default prefix of all keys. */
const redisNamespaceDefault = 'millrace';

/** Returns the settings of the broker to open. Throws INVALID_CONFIGURATION. */
export function resolveBroker(
  config: Pick<MillraceConfig, 'broker' | 'redis' | 'sqs' | 'leaseSeconds'>,
  overrides: SettingOverrides,
): BrokerSettings {
  const url = resolveUrl(config, overrides);
  const driver = overrides.broker ?? config.broker ?? (url === undefined ? 'memory' : 'redis');
  switch (driver) {
    case 'memory':
      return { driver };
    case 'redis':
      return resolveRedis(url, config, overrides);
    case 'sqs':
      return resolveSqs(config, overrides);
    default:
      throw invalid(
        `the broker must be one of memory, redis, sqs; found '${driver}' ` +
          '(--broker, QUEUE_DRIVER or broker)',
      );
  }
}

/** Describes the broker without its password. */
export function describeBroker(settings: BrokerSettings): string {
  switch (settings.driver) {
    case 'memory':
      return 'memory';
    case 'redis':
      return `Redis at ${redisHosts(settings.url)}`;
    case 'sqs':
      return `SQS${settings.endpoint === undefined ? '' : ` at ${settings.endpoint}`}`;
  }
}

function resolveUrl(
  { redis = {} }: Pick<MillraceConfig, 'redis'>,
  overrides: SettingOverrides,
): string | undefined {
  const address = overrides.redisUrl ?? overrides.redisAddress ?? redis.url;
  if (address === undefined) return undefined;
  return redisUrl(address, {
    password: overrides.redisPassword,
    database: overrides.redisDatabase,
  });
}

function resolveRedis(
  url: string | undefined,
  { redis = {}, leaseSeconds }: Pick<MillraceConfig, 'redis' | 'leaseSeconds'>,
  overrides: SettingOverrides,
): BrokerSettings {
  if (url === undefined) {
    throw invalid(
      'the broker redis needs a URL: set REDIS_URL, REDIS_ADDR, --redis or redis.url ' +
        '(redis://:password@host:6379/0)',
    );
  }
  const replyMs = resolveDeadline(redis.commandSeconds, leaseSeconds);
  return {
    driver: 'redis',
    url,
    token: overrides.redisToken ?? redis.token ?? null,
    namespace: overrides.redisNamespace ?? redis.namespace ?? redisNamespaceDefault,
    ...(replyMs !== undefined && { replyMs }),
  };
}

function resolveSqs(
  { sqs }: Pick<MillraceConfig, 'sqs'>,
  overrides: SettingOverrides,
): BrokerSettings {
  const queuePrefix = overrides.sqsQueuePrefix ?? sqs?.queuePrefix;
  const urls = overrides.sqsQueueUrls ?? sqs?.urls;
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
