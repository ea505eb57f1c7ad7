/** The store over the Data API of a real PostgreSQL runs the store contract. */
import { describe } from 'vitest';
import { storeContract } from '../../contracts/store/store-contract.ts';
import { hasPostgres } from '../../support/test-database.ts';
import { truncateAll } from '../../support/truncate-all.ts';
import { startDataApi } from './data-api.ts';

describe.skipIf(!hasPostgres)('the RDS Data API', () => {
  storeContract('rds-data', async (clock) => {
    const api = await startDataApi();
    const store = api.open({ now: () => clock.now() });
    await store.migrate();
    return {
      fresh: async () => {
        await api.database.query(truncateAll);
        return store;
      },
      close: async () => {
        await store.close();
        await api.close();
      },
    };
  });
});
