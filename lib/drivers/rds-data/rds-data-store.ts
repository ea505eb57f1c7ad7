/**
 * The store on Aurora PostgreSQL, reached over HTTPS with AWS credentials: no connection is held,
 * no network is shared, and a cluster that has paused wakes up for the first call.
 */
import type { Store, StoreFacts } from '../../ports/store.ts';
import type { SqlSessionOptions } from '../sql/sql-session.ts';
import { sqlStore } from '../sql/sql-store.ts';
import { type RdsDataClientOptions, RdsDataSqlClient } from './rds-data-client.ts';
import { inSizedGroups } from './sized-groups.ts';

/** Options of {@link openRdsDataStore}. */
export interface RdsDataStoreOptions extends RdsDataClientOptions, SqlSessionOptions {}

/** A call costs money and tens of milliseconds, so that waiting a few for company pays. */
const gatherMs = 5;

/** A store that calls when it is first asked for something; `migrate` it before use. */
export function openRdsDataStore(options: RdsDataStoreOptions): Store {
  const store = sqlStore(new RdsDataSqlClient(options), options);
  return { ...store, ...inSizedGroups(store), gatherMs, inspect: () => inspectAurora(store) };
}

/**
 * Aurora writes no pages, so that `full_page_writes` is off there, and nothing is lost by it: what
 * is left to be said is what its users can set.
 */
async function inspectAurora(store: Store): Promise<StoreFacts> {
  const facts = await store.inspect();
  const warnings = facts.warnings.filter((warning) => warning.startsWith('synchronous_commit'));
  return { ...facts, warnings };
}
