/**
 * The store on a real PostgreSQL server runs the store contract, as a role that may change rows and
 * nothing else.
 */
import { describe } from 'vitest';
import { openPostgresStore } from '../../../lib/drivers/postgres/postgres-store.ts';
import { systemClock } from '../../../lib/drivers/system/system-clock.ts';
import { storeContract } from '../../contracts/store/store-contract.ts';
import { migrateWithRoles } from '../../support/database-roles.ts';
import { createTestDatabase, hasPostgres } from '../../support/test-database.ts';
import { truncateAll } from '../../support/truncate-all.ts';

describe.skipIf(!hasPostgres)('PostgreSQL', () => {
  storeContract('postgres', async (clock) => {
    const database = await createTestDatabase();
    const { application } = await migrateWithRoles(database);
    const store = openPostgresStore({
      clock: systemClock,
      url: application,
      now: () => clock.now(),
    });
    await store.migrate();
    return {
      fresh: async () => {
        await database.query(truncateAll);
        return store;
      },
      close: async () => {
        await store.close();
        await database.drop();
      },
    };
  });
});
