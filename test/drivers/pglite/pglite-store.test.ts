/** The embedded store runs the store contract. */
import { PgliteClient } from '../../../lib/drivers/pglite/pglite-client.ts';
import { createSqlStore } from '../../../lib/drivers/sql/sql-store.ts';
import { storeContract } from '../../contracts/store/store-contract.ts';
import { truncateAll } from '../../support/truncate-all.ts';

storeContract('pglite', async (clock) => {
  const client = await PgliteClient.open(undefined, 'PGlite in memory');
  const store = createSqlStore(client, { now: () => clock.now() });
  await store.migrate();
  return {
    fresh: async () => {
      await client.transaction([truncateAll]);
      return store;
    },
    close: () => store.close(),
  };
});
