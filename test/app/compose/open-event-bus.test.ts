/** The event bus of the settings. */
import { expect, it } from 'vitest';
import { openEventBus } from '../../../lib/app/compose/open-event-bus.ts';
import { EventBridgeBus } from '../../../lib/drivers/eventbridge/eventbridge-bus.ts';
import { noEventBus } from '../../../lib/drivers/system/no-event-bus.ts';
import { QuietLogger } from '../../support/quiet-logger.ts';

it('events go to the named bus, and nowhere without a name', async () => {
  expect(await openEventBus('app-bus', new QuietLogger())).toBeInstanceOf(EventBridgeBus);
  expect(await openEventBus(null, new QuietLogger())).toBe(noEventBus);
});
