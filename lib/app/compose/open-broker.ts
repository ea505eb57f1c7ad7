/**
 * Opens the broker that the settings name. Drivers are loaded when they are picked; the client of
 * SQS is a package that an app adds itself.
 */

import type { BrokerSettings } from '../../config/broker-settings.ts';
import { MemoryBroker } from '../../drivers/memory/memory-broker.ts';
import type { Broker } from '../../ports/broker.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Logger } from '../../ports/logger.ts';

/** What brokers are made with. */
export interface BrokerDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Told what is dangerous about the service, in a sentence with its mend. @default nobody is */
  readonly onWarning?: (warning: string) => void;
}

/** An open broker. Throws BROKER_UNAVAILABLE or INVALID_CONFIGURATION. */
export async function openBroker(settings: BrokerSettings, parts: BrokerDeps): Promise<Broker> {
  switch (settings.driver) {
    case 'memory':
      return new MemoryBroker({ clock: parts.clock });
    case 'redis':
      return await openRedis(settings, parts);
    case 'sqs': {
      const { openSqsBroker } = await import('../../drivers/sqs/sqs-broker.ts');
      return await openSqsBroker({ ...settings, ...parts });
    }
  }
}

/**
 * What is dangerous about the service of `queues`, in sentences with their mend. Throws what
 * opening the broker throws.
 */
export async function inspectBroker(
  settings: BrokerSettings,
  queues: readonly string[],
  parts: BrokerDeps,
): Promise<readonly string[]> {
  switch (settings.driver) {
    case 'memory':
      return [];
    case 'redis': {
      const { inspectRedis } = await import('../../drivers/redis/redis-facts.ts');
      return (await inspectRedis(redisOptions(settings, parts))).warnings;
    }
    case 'sqs': {
      const { inspectQueues } = await import('../../drivers/sqs/inspect-queues.ts');
      const inspected = await inspectQueues(settings, queues);
      return inspected.flatMap(({ problems }) => problems);
    }
  }
}

async function openRedis(settings: RedisSettings, parts: BrokerDeps): Promise<Broker> {
  const { openRedisBroker } = await import('../../drivers/redis/redis-broker.ts');
  return await openRedisBroker(redisOptions(settings, parts));
}

type RedisSettings = BrokerSettings & { readonly driver: 'redis' };

function redisOptions({ url, token, namespace }: RedisSettings, parts: BrokerDeps) {
  return { ...parts, url, namespace, ...(token !== null && { token }) };
}
