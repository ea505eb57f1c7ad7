import type { BrokerSettings } from '../config/broker-settings.ts';

/**
 * Creates the missing ones of `queues` where the service requires that, which is SQS. Returns the
 * names created, as the service spells them; null where queues need not be created. Throws
 * BROKER_UNAVAILABLE.
 */
export async function createQueues(
  settings: BrokerSettings,
  queues: readonly string[],
): Promise<string[] | null> {
  if (settings.driver !== 'sqs') return null;
  const sqs = await import('../drivers/sqs/create-sqs-queues.ts');
  return sqs.createSqsQueues(settings, queues);
}
