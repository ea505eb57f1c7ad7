/** Orders about queues that their workers would not hear. */
import { expect, it } from 'vitest';
import { openApp } from '../../lib/app/open-app.ts';
import { MemoryBroker } from '../../lib/drivers/memory/memory-broker.ts';
import { openMemoryStore } from '../../lib/drivers/memory/memory-store.ts';
import { systemClock } from '../../lib/drivers/system/system-clock.ts';
import { Queues } from '../../lib/operations/queues.ts';
import { QuietLogger } from '../support/quiet-logger.ts';

const machine = { definition: { StartAt: 'Done', States: { Done: { Type: 'Succeed' } } } };

it('a queue whose workers are functions is not said to be paused', async () => {
  const stores = { store: openMemoryStore(), broker: new MemoryBroker({ clock: systemClock }) };
  const { context } = await openApp({
    ...{ config: { machines: { machine } }, stores, logger: new QuietLogger() },
    env: { leaderSchedule: 'app/sweep' },
  });
  const queues = new Queues(context, () => true);

  await expect(queues.pause(['default'])).rejects.toThrow(/disable the event source mapping/);

  expect(await stores.broker.stats(['default'])).toMatchObject([{ paused: false }]);
  await queues.resume(['default']);
});
