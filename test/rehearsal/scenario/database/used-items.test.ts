/** Batches that run again over the same items, as they do in a rehearsal. */
import { expect, it, onTestFinished } from 'vitest';
import { openMillrace } from '../../../../lib/app/millrace.ts';
import type { BatchConfig } from '../../../../lib/config/config.ts';
import { freeItemsSql, usesItemsOnce } from '../../../../rehearsal/scenario/database/used-items.ts';
import { startDataApi } from '../../../support/data-api.ts';
import { batchEnd } from '../../../support/open-app.ts';
import { QuietLogger } from '../../../support/quiet-logger.ts';
import { hasPostgres } from '../../../support/test-database.ts';

const definition = { StartAt: 'A', States: { A: { Type: 'Pass', End: true } } };
const source = { kind: 'items', items: [{ id: 'a' }, { id: 'b' }] } as const;
const orders: BatchConfig = { machine: 'order', source, item: { name: '$.id' } };

it.skipIf(!hasPostgres)(
  'a batch whose items have names runs again once the earlier executions have other names',
  async () => {
    const dataApi = await startDataApi();
    onTestFinished(() => dataApi.close());
    const app = await openMillrace({
      config: { machines: { order: { definition } }, batches: { orders } },
      flags: { store: 'postgres', broker: 'memory', postgresUrl: dataApi.database.url },
      logger: new QuietLogger(),
    });
    onTestFinished(() => app.close());
    await app.start();
    const run = async () => {
      const { id } = await app.batches.start('orders');
      const { status, succeeded } = await batchEnd(app, id);
      return { status, succeeded };
    };

    const first = await run();
    const again = await run();
    const machineId = { name: 'machineId', value: { stringValue: 'order' } };
    await dataApi.execute(freeItemsSql, [machineId]);
    const freed = await run();

    expect({ first, again, freed }).toEqual({
      first: { status: 'SUCCEEDED', succeeded: 2 },
      again: { status: 'FAILED', succeeded: 0 },
      freed: { status: 'SUCCEEDED', succeeded: 2 },
    });
  },
);

it.each<[string, BatchConfig, boolean]>([
  ['named by its data', orders, true],
  ['numbered within its batch', { machine: 'order', source, item: { input: '$' } }, false],
  ['numbered after a prefix', { machine: 'order', source, options: { namePrefix: 'n' } }, true],
])('an item %s is found to be usable once, or more often', (_, batch, isOnce) => {
  expect(usesItemsOnce(batch)).toBe(isOnce);
});
