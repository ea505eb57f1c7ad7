/** The store on a PostgreSQL server (15 or newer), shared by any number of processes. */
import { MillraceError, messageOf } from '../../errors.ts';
import type { Store } from '../../ports/store/store.ts';
import { grantRoles } from '../sql/roles/grant-roles.ts';
import { createSqlExecutionStore } from '../sql/sql-execution-store.ts';
import { SqlSession, type SqlSessionOptions } from '../sql/sql-session.ts';
import { createSqlStore } from '../sql/sql-store.ts';
import { PostgresClient, type PostgresClientOptions } from './postgres-client.ts';

/** Options of {@link openPostgresStore}. */
export interface PostgresStoreOptions extends PostgresClientOptions, SqlSessionOptions {}

/**
 * Creates a store that connects on its first call; `migrate` it before use.
 * @throws INVALID_CONFIGURATION when the URL cannot be read
 */
export function openPostgresStore(options: PostgresStoreOptions): Store {
  const client = connect(options);
  const store = createSqlStore(client, options);
  return {
    ...store,
    within: (caller) => createSqlExecutionStore(new SqlSession(client.within(caller), options)),
    migrate: async (roles) => {
      await store.migrate();
      await grantRoles(client, roles);
    },
  };
}

function connect(options: PostgresClientOptions): PostgresClient {
  try {
    return new PostgresClient(options);
  } catch (error) {
    if (error instanceof MillraceError) throw error;
    // The URL itself is not in the message: it may contain a password.
    throw new MillraceError(
      'INVALID_CONFIGURATION',
      `POSTGRES_URL must read postgres://user:password@host:port/database, but it cannot be read: ` +
        `${messageOf(error)}.`,
    );
  }
}
