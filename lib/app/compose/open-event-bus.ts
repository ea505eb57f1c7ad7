/**
 * Opens the bus that ends are told to. EventBridge's client is loaded only when a bus is named, and
 * is a package that an app adds itself.
 */

import { eventSource } from '../../config/event-names.ts';
import { notInstalled } from '../../drivers/shared/missing-package.ts';
import { type EventBus, noEventBus } from '../../ports/event-bus.ts';
import type { Logger } from '../../ports/logger.ts';

/** The bus of this name; nobody listens when it is null. Throws INVALID_CONFIGURATION. */
export async function openEventBus(busName: string | null, logger: Logger): Promise<EventBus> {
  if (busName === null) return noEventBus;
  const { EventBridgeBus } = await import('../../drivers/eventbridge/eventbridge-bus.ts').catch(
    notInstalled('the event bus', '@aws-sdk/client-eventbridge'),
  );
  return new EventBridgeBus({ busName, source: eventSource, logger });
}
