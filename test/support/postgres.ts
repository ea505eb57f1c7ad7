/**
 * A real PostgreSQL for tests and benchmarks: the server of POSTGRES_URL, otherwise one of their
 * own. Stops only a server that it started.
 */
import pg from 'pg';
import * as own from '../../rehearsal/postgres/own-postgres.ts';

/** A running PostgreSQL. */
export interface PostgresService {
  /** URL of a database whose user can create others. */
  readonly url: string;
  /** Version and origin, as readable text. */
  readonly description: string;
  stop(): Promise<void>;
}

/** A PostgreSQL that only the caller uses, and may crash. */
export interface OwnPostgres extends PostgresService {
  /**
   * Restarts the server, which closes every connection, and resolves when it is reachable again.
   * @param whileDown runs while the server is down
   * @param how `immediate` is a crash: the server recovers from its log. @default fast
   */
  restart(whileDown?: () => Promise<void>, how?: 'fast' | 'immediate'): Promise<void>;
  /** Ends the server at once, and does not start it again. */
  crash(): Promise<void>;
}

export interface PostgresOptions {
  /** True makes commits wait for the disk; benchmarks need it, tests do not. @default false */
  readonly fsync?: boolean;
  /** The folder for the data of a server of its own. @default the system's for temporary files */
  readonly parentFolder?: string;
  /** Further settings of a server of its own, by name. @default {} */
  readonly settings?: Readonly<Record<string, string | number>>;
}

/** Starts a PostgreSQL, or uses that of POSTGRES_URL; null when this machine has none. */
export async function startPostgres(
  options: PostgresOptions = {},
): Promise<PostgresService | null> {
  const { POSTGRES_URL: url } = process.env;
  if (url !== undefined && url !== '') {
    return { url, description: await describe(url, 'POSTGRES_URL'), stop: async () => {} };
  }
  return await startOwnPostgres(options);
}

/** Starts a PostgreSQL of its own, whatever POSTGRES_URL is; null without binaries. */
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
    const crash = () => shutDown('immediate');
    return { url, description: await describe(url, origin), stop, restart, crash };
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
