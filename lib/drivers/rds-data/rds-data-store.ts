/**
 * The store on Aurora PostgreSQL, over HTTPS with AWS credentials: it needs no open connections and
 * no shared network, and a paused cluster resumes on the first call.
 */
import type { Store, StoreFacts } from '../../ports/store/store.ts';
import { grantRoles } from '../sql/roles/grant-roles.ts';
import type { SqlSessionOptions } from '../sql/sql-session.ts';
import { createSqlStore } from '../sql/sql-store.ts';
import { type RdsDataClientOptions, RdsDataSqlClient } from './rds-data-client.ts';
import { inSizedGroups } from './sized-groups.ts';

/** Options of {@link openRdsDataStore}. */
export interface RdsDataStoreOptions extends RdsDataClientOptions, SqlSessionOptions {}

/** A call costs money and tens of milliseconds, so that gathering writes for a few pays off. */
const gatherMs = 5;

/** Creates a store that connects on its first call; `migrate` it before use. */
export function openRdsDataStore(options: RdsDataStoreOptions): Store {
  const client = new RdsDataSqlClient(options);
  const store = createSqlStore(client, options);
  return {
    ...store,
    ...inSizedGroups(store),
    gatherMs,
    migrate: async (roles) => {
      await store.migrate();
      await grantRoles(client, roles);
    },
    inspect: () => inspectAurora(store),
  };
}

/**
 * Aurora writes no pages: there `full_page_writes` is off, and nothing is lost by it. Only warnings
 * about settings that its users can change remain.
 */
async function inspectAurora(store: Store): Promise<StoreFacts> {
  const facts = await store.inspect();
  const warnings = facts.warnings.filter((warning) => warning.startsWith('synchronous_commit'));
  return { ...facts, warnings };
}
