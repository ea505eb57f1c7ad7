/** The store on a PostgreSQL server (15 or newer), shared by any number of processes. */
import { MillraceError, messageOf } from '../../errors.ts';
import type { ReplicaQueries, Store } from '../../ports/store/store.ts';
import { grantRoles } from '../sql/roles/grant-roles.ts';
import { createSqlExecutionStore } from '../sql/sql-execution-store.ts';
import { SqlSession, type SqlSessionOptions } from '../sql/sql-session.ts';
import { createSqlStore } from '../sql/sql-store.ts';
import { PostgresClient, type PostgresClientOptions } from './postgres-client.ts';

/** Options of {@link openPostgresStore}. */
export interface PostgresStoreOptions extends PostgresClientOptions, SqlSessionOptions {
  /** A read replica, which answers what people look at. @default the server does */
  readonly readerUrl?: string;
}

/**
 * Creates a store that connects on its first call; `migrate` it before use.
 * @throws INVALID_CONFIGURATION when the URL cannot be read
 */
export function openPostgresStore({ readerUrl, ...options }: PostgresStoreOptions): Store {
  const client = connect(options, 'POSTGRES_URL');
  const store = createSqlStore(client, options);
  const reader =
    readerUrl === undefined ? null : connect({ ...options, url: readerUrl }, 'POSTGRES_READER_URL');
  return {
    ...store,
    ...(reader !== null && { replica: selectQueries(createSqlStore(reader, options)) }),
    within: (caller) => createSqlExecutionStore(new SqlSession(client.within(caller), options)),
    migrate: async (roles) => {
      await store.migrate();
      await grantRoles(client, roles);
    },
    close: async () => {
      await reader?.close();
      await store.close();
    },
  };
}

function selectQueries(store: Store): ReplicaQueries {
  return {
    listExecutions: store.listExecutions,
    listDocuments: store.listDocuments,
    scanExecutions: store.scanExecutions,
    listBatches: store.listBatches,
    listTasks: store.listTasks,
    countTasks: store.countTasks,
    listArchive: store.listArchive,
    summarizeArchive: store.summarizeArchive,
    find: store.find,
    readOverview: store.readOverview,
    readSeries: store.readSeries,
    readFailures: store.readFailures,
    readFingerprints: store.readFingerprints,
  };
}

function connect(options: PostgresClientOptions, variable: string): PostgresClient {
  try {
    return new PostgresClient(options);
  } catch (error) {
    if (error instanceof MillraceError) throw error;
    // The URL itself is not in the message: it may contain a password.
    throw new MillraceError(
      'INVALID_CONFIGURATION',
      `${variable} must read postgres://user:password@host:port/database, but it cannot be read: ` +
        `${messageOf(error)}.`,
    );
  }
}
