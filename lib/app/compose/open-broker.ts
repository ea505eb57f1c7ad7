/**
 * Opens the broker of the settings. A driver's module is loaded only when the driver is chosen; the
 * client of SQS is a package that an app adds itself.
 */

import type { BrokerSettings } from '../../config/broker-settings.ts';
import { MemoryBroker } from '../../drivers/memory/memory-broker.ts';
import type { Broker } from '../../ports/broker.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Logger } from '../../ports/logger.ts';

/** What a broker is constructed from. */
export interface BrokerDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Called for each dangerous setting of the service, with a sentence that names its remedy. */
  readonly onWarning?: (warning: string) => void;
}

/** Opens a broker. Throws BROKER_UNAVAILABLE or INVALID_CONFIGURATION. */
export async function openBroker(settings: BrokerSettings, deps: BrokerDeps): Promise<Broker> {
  switch (settings.driver) {
    case 'memory':
      return new MemoryBroker({ clock: deps.clock });
    case 'redis':
      return await openRedis(settings, deps);
    case 'sqs': {
      const { openSqsBroker } = await import('../../drivers/sqs/sqs-broker.ts');
      return await openSqsBroker({ ...settings, ...deps });
    }
  }
}

/** What is wrong with the service of the queues: sentences that name the remedy. */
export interface BrokerProblems {
  /** It works, but perhaps not for long. */
  readonly warnings: readonly string[];
  /** It takes no messages now. */
  readonly refusals: readonly string[];
}

/** Inspects the service of `queues`. Throws what opening the broker throws. */
export async function inspectBroker(
  settings: BrokerSettings,
  queues: readonly string[],
  deps: BrokerDeps,
): Promise<BrokerProblems> {
  switch (settings.driver) {
    case 'memory':
      return { warnings: [], refusals: [] };
    case 'redis': {
      const { inspectRedis } = await import('../../drivers/redis/inspect-redis.ts');
      return await inspectRedis(redisOptions(settings, deps));
    }
    case 'sqs': {
      const { inspectSqsQueues } = await import('../../drivers/sqs/inspect-sqs-queues.ts');
      const inspected = await inspectSqsQueues(settings, queues);
      return { warnings: inspected.flatMap(({ problems }) => problems), refusals: [] };
    }
  }
}

async function openRedis(settings: RedisSettings, deps: BrokerDeps): Promise<Broker> {
  const { openRedisBroker } = await import('../../drivers/redis/open-redis-broker.ts');
  return await openRedisBroker(redisOptions(settings, deps));
}

type RedisSettings = BrokerSettings & { readonly driver: 'redis' };

function redisOptions({ url, token, namespace, replyMs }: RedisSettings, deps: BrokerDeps) {
  return {
    ...deps,
    url,
    namespace,
    ...(token !== null && { token }),
    ...(replyMs !== undefined && { replyMs }),
  };
}
