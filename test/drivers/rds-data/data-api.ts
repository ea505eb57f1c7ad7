/** The Data API server over a database of the suite's PostgreSQL, and stores that call it. */
import { vi } from 'vitest';
import {
  openRdsDataStore,
  type RdsDataStoreOptions,
} from '../../../lib/drivers/rds-data/rds-data-store.ts';
import { systemClock } from '../../../lib/drivers/system/system-clock.ts';
import type { Store } from '../../../lib/ports/store/store.ts';
import {
  type DataApiServer,
  type DataApiServerOptions,
  startDataApiServer,
} from '../../../rehearsal/data-api-server/server.ts';
import { createTestDatabase, type TestDatabase } from '../../support/test-database.ts';

/** A server and its database. */
export interface DataApi {
  readonly server: DataApiServer;
  readonly database: TestDatabase;
  /** Opens a store; the caller closes it. */
  open(options?: Partial<RdsDataStoreOptions>): Store;
  close(): Promise<void>;
}

/** Starts a server over an empty database, and sets credentials for the clients of the file. */
export async function startDataApi(options: Partial<DataApiServerOptions> = {}): Promise<DataApi> {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'local');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'local');
  const database = await createTestDatabase();
  const server = await startDataApiServer({ postgresUrl: database.url, ...options });
  return {
    server,
    database,
    open: (more = {}) =>
      openRdsDataStore({ ...toClientOptions(server), clock: systemClock, ...more }),
    close: async () => {
      await server.close();
      await database.drop();
    },
  };
}

/** Returns the options of a client of the server. */
export function toClientOptions({ url, clusterArn, secretArn, database }: DataApiServer) {
  return { clusterArn, secretArn, database, endpoint: url };
}
