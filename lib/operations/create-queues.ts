/** Creates the queues of an app where the service needs them created: at SQS. */
import type { BrokerSettings } from '../config/broker-settings.ts';

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
