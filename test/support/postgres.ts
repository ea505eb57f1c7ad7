/**
 * A real PostgreSQL for tests and benchmarks: the one that POSTGRES_URL names, else one of their
 * own. Ends only what it started.
 */
import pg from 'pg';
import * as own from '../../rehearsal/postgres/own-postgres.ts';

/** A PostgreSQL that answers. */
export interface PostgresService {
  /** Of a database in which others may be created. */
  readonly url: string;
  /** For people: version, and where it comes from. */
  readonly description: string;
  stop(): Promise<void>;
}

/** A PostgreSQL that the caller may also hurt. */
export interface OwnPostgres extends PostgresService {
  /**
   * Cuts every connection, as a restart does, and resolves when the server answers again.
   * @param whileDown the server comes back when this has ended
   * @param how `immediate` is a crash: it recovers from its log. @default fast
   */
  restart(whileDown?: () => Promise<void>, how?: 'fast' | 'immediate'): Promise<void>;
}

export interface PostgresOptions {
  /** Whether commits wait for the disk; benchmarks want it, tests do not. @default false */
  readonly fsync?: boolean;
}

/** Starts what it finds; null when this machine has none. */
export async function startPostgres(
  options: PostgresOptions = {},
): Promise<PostgresService | null> {
  const { POSTGRES_URL: url } = process.env;
  if (url !== undefined && url !== '') {
    return { url, description: await describe(url, 'POSTGRES_URL'), stop: async () => {} };
  }
  return await startOwnPostgres(options);
}

/** Starts one that nobody else uses, whatever POSTGRES_URL says; null without binaries. */
export async function startOwnPostgres(options: PostgresOptions = {}): Promise<OwnPostgres | null> {
  const server = await own.startOwnPostgres({ ...options, folderPrefix: 'millrace-postgres-' });
  if (server === null) return null;
  const { url, origin, stop, launch, shutDown } = server;
  const restart: OwnPostgres['restart'] = async (whileDown, how = 'fast') => {
    await shutDown(how);
    await whileDown?.();
    await launch();
  };
  try {
    return { url, description: await describe(url, origin), stop, restart };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function describe(url: string, origin: string): Promise<string> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ server_version: string }>('SHOW server_version');
    const version = rows[0]?.server_version.split(' ')[0] ?? '(unknown version)';
    return `PostgreSQL ${version} (${origin})`;
  } finally {
    await client.end();
  }
}
