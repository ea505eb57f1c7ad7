import { eventSource } from '../../config/event-names.ts';
import { notInstalled } from '../../drivers/shared/missing-package.ts';
import { noEventBus } from '../../drivers/system/no-event-bus.ts';
import type { EventBus } from '../../ports/event-bus.ts';
import type { Logger } from '../../ports/logger.ts';

/**
 * Opens the event bus of this name; null: events are discarded. EventBridge's client is loaded only
 * when a bus is named: it is a package that an app adds itself. Throws INVALID_CONFIGURATION.
 */
export async function openEventBus(busName: string | null, logger: Logger): Promise<EventBus> {
  if (busName === null) return noEventBus;
  const { EventBridgeBus } = await import('../../drivers/eventbridge/eventbridge-bus.ts').catch(
    notInstalled('the event bus', '@aws-sdk/client-eventbridge'),
  );
  return new EventBridgeBus({ busName, source: eventSource, logger });
}
