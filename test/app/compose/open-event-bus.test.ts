/** The bus that the settings name. */
import { expect, it } from 'vitest';
import { openEventBus } from '../../../lib/app/compose/open-event-bus.ts';
import { EventBridgeBus } from '../../../lib/drivers/eventbridge/eventbridge-bus.ts';
import { noEventBus } from '../../../lib/drivers/system/no-event-bus.ts';
import { QuietLogger } from '../../support/quiet-logger.ts';

it('events go to the bus that is named, and nowhere when none is', async () => {
  expect(await openEventBus('app-bus', new QuietLogger())).toBeInstanceOf(EventBridgeBus);
  expect(await openEventBus(null, new QuietLogger())).toBe(noEventBus);
});
