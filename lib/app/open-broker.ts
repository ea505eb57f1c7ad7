/**
 * Opens the broker that the settings name. Drivers are loaded when they are picked; the client of
 * SQS is a package that an app adds itself.
 */
import { MemoryBroker } from '../drivers/memory/memory-broker.ts';
import type { Broker } from '../ports/broker.ts';
import type { Clock } from '../ports/clock.ts';
import type { Logger } from '../ports/logger.ts';
import type { BrokerSettings } from './broker-settings.ts';

/** What brokers are made with. */
export interface BrokerParts {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Told what is dangerous about the service, in a sentence with its mend. @default nobody is */
  readonly onDanger?: (danger: string) => void;
}

/** An open broker. Throws BROKER_UNAVAILABLE or INVALID_CONFIGURATION. */
export async function openBroker(settings: BrokerSettings, parts: BrokerParts): Promise<Broker> {
  switch (settings.driver) {
    case 'memory':
      return new MemoryBroker({ clock: parts.clock });
    case 'redis':
      return await openRedis(settings, parts);
    case 'sqs': {
      const { openSqsBroker } = await import('../drivers/sqs/sqs-broker.ts');
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
  parts: BrokerParts,
): Promise<readonly string[]> {
  switch (settings.driver) {
    case 'memory':
      return [];
    case 'redis': {
      const { inspectRedis } = await import('../drivers/redis/redis-facts.ts');
      return (await inspectRedis(redisOptions(settings, parts))).dangers;
    }
    case 'sqs': {
      const { inspectQueues } = await import('../drivers/sqs/inspect-queues.ts');
      const inspected = await inspectQueues(settings, queues);
      return inspected.flatMap(({ problems }) => problems);
    }
  }
}

/**
 * Creates what is missing of `queues` where queues have to be created; the names created, in the
 * service's words. Null where they come into being by themselves. Throws BROKER_UNAVAILABLE.
 */
export async function createQueues(
  settings: BrokerSettings,
  queues: readonly string[],
): Promise<string[] | null> {
  if (settings.driver !== 'sqs') return null;
  const sqs = await import('../drivers/sqs/create-queues.ts');
  return sqs.createQueues(settings, queues);
}

async function openRedis(settings: RedisSettings, parts: BrokerParts): Promise<Broker> {
  const { openRedisBroker } = await import('../drivers/redis/redis-broker.ts');
  return await openRedisBroker(redisOptions(settings, parts));
}

type RedisSettings = BrokerSettings & { readonly driver: 'redis' };

function redisOptions({ url, token, namespace }: RedisSettings, parts: BrokerParts) {
  return { ...parts, url, namespace, ...(token !== null && { token }) };
}
