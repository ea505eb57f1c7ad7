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

async function openRedis(
  { url, token, namespace }: BrokerSettings & { readonly driver: 'redis' },
  parts: BrokerParts,
): Promise<Broker> {
  const { openRedisBroker } = await import('../drivers/redis/redis-broker.ts');
  return await openRedisBroker({ ...parts, url, namespace, ...(token !== null && { token }) });
}
