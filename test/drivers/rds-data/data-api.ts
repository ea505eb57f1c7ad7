/** The Data API over a database of the suite's PostgreSQL, and a store that calls it. */
import { vi } from 'vitest';
import {
  openRdsDataStore,
  type RdsDataStoreOptions,
} from '../../../lib/drivers/rds-data/rds-data-store.ts';
import { systemClock } from '../../../lib/drivers/system/system-clock.ts';
import type { Store } from '../../../lib/ports/store.ts';
import {
  type DataApiServer,
  type DataApiServerOptions,
  startDataApiServer,
} from '../../../rehearsal/data-api-server/server.ts';
import { createTestDatabase, type TestDatabase } from '../../support/test-database.ts';

/** A server, and the database behind it. */
export interface DataApi {
  readonly server: DataApiServer;
  readonly database: TestDatabase;
  /** A store; the caller closes it. */
  open(options?: Partial<RdsDataStoreOptions>): Store;
  close(): Promise<void>;
}

/** Starts a server over an empty database, and gives the file's clients credentials. */
export async function startDataApi(options: Partial<DataApiServerOptions> = {}): Promise<DataApi> {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'local');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'local');
  const database = await createTestDatabase();
  const server = await startDataApiServer({ postgresUrl: database.url, ...options });
  return {
    server,
    database,
    open: (more = {}) => openRdsDataStore({ ...placeOf(server), clock: systemClock, ...more }),
    close: async () => {
      await server.close();
      await database.drop();
    },
  };
}

/** Where a client finds the server. */
export function placeOf({ url, clusterArn, secretArn, database }: DataApiServer) {
  return { clusterArn, secretArn, database, endpoint: url };
}
