/** Databases that the processes of a test share, and that the test reads directly. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import pg from 'pg';
import type { TestContext } from 'vitest';
import { findStoreFaults, type Query } from '../support/check-store.ts';
import { type OwnPostgres, type PostgresOptions, startOwnPostgres } from '../support/postgres.ts';
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.ts';
import { createTestDatabase } from '../support/test-database.ts';

/** A database that the processes of a test use as their store. */
export interface ProcessDatabase {
  /** The CLI options that select the database. */
  readonly options: readonly string[];
  /** Opens the database for queries; an embedded one only while no process has it open. */
  inspect<Result>(read: (query: Query) => Promise<Result>): Promise<Result>;
  /** Returns all violated invariants; to be called when every batch has ended. */
  findFaults(): Promise<string[]>;
}

/** A PostgreSQL database, which can be queried at any time. */
export interface PostgresDatabase extends ProcessDatabase {
  readonly query: Query;
}

/** Creates a database on the PostgreSQL of the suite, dropped when the test has finished. */
export async function createPostgresDatabase(context: TestContext): Promise<PostgresDatabase> {
  const database = await createTestDatabase();
  context.onTestFinished(() => database.drop());
  return openPostgresDatabase(context, database.url);
}

/** Starts a server that the test may restart, and opens its database. */
export async function startDatabaseServer(
  context: TestContext,
  options: PostgresOptions = {},
): Promise<{ readonly server: OwnPostgres; readonly database: PostgresDatabase }> {
  const server = await startOwnPostgres(options);
  if (server === null) throw new Error('there are no binaries to start a PostgreSQL from');
  context.onTestFinished(() => server.stop());
  return { server, database: openPostgresDatabase(context, server.url) };
}

/** A database, and a proxy to its server. */
export interface ProxiedDatabase {
  /** Without options: POSTGRES_URL names it to the processes. */
  readonly database: PostgresDatabase;
  readonly url: string;
  readonly proxy: TcpProxy;
  readonly proxiedUrl: string;
}

/** Creates a database on the PostgreSQL of the suite, and a proxy to it. */
export async function createProxiedDatabase(context: TestContext): Promise<ProxiedDatabase> {
  const created = await createTestDatabase();
  context.onTestFinished(() => created.drop());
  const url = new URL(created.url);
  const proxy = await startTcpProxy(Number(url.port));
  context.onTestFinished(() => proxy.close());
  const proxied = new URL(url);
  proxied.host = `127.0.0.1:${proxy.port}`;
  const database = { ...openPostgresDatabase(context, url.href), options: [] };
  return { database, url: url.href, proxy, proxiedUrl: proxied.href };
}

/** Opens the database at `url`, whose server may restart meanwhile. */
export function openPostgresDatabase(context: TestContext, url: string): PostgresDatabase {
  const connection = new ReconnectingClient(url);
  context.onTestFinished(() => connection.close());
  const query: Query = (text) => connection.query(text);
  return {
    options: ['--postgres', url],
    query,
    inspect: (read) => read(query),
    findFaults: () => findStoreFaults(query),
  };
}

/** Creates an embedded database. @param folder where; @default a temporary folder */
export function createEmbeddedDatabase(
  context: TestContext,
  folder = createTemporaryFolder(context),
): ProcessDatabase {
  const inspect = async <Result>(read: (query: Query) => Promise<Result>) => {
    const database = await PGlite.create({ dataDir: join(folder, 'data') });
    try {
      return await read(
        async <Row extends object>(text: string) => (await database.query<Row>(text)).rows,
      );
    } finally {
      await database.close();
    }
  };
  return {
    options: ['--store', 'pglite', '--data', folder],
    inspect,
    findFaults: () => inspect(findStoreFaults),
  };
}

/** Creates an empty folder, removed when the test has finished. */
export function createTemporaryFolder(context: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-processes-'));
  context.onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** One connection, opened again after a failure: polling would otherwise open ten a second. */
class ReconnectingClient {
  readonly #url: string;
  #client: Promise<pg.Client> | null = null;

  constructor(url: string) {
    this.#url = url;
  }

  async query<Row extends object>(text: string): Promise<Row[]> {
    this.#client ??= this.#connect();
    const current = this.#client;
    try {
      const { rows } = await (await current).query<Row>(text);
      return rows;
    } catch (error) {
      if (this.#client === current) await this.close();
      throw error;
    }
  }

  async close(): Promise<void> {
    const current = this.#client;
    this.#client = null;
    await current?.then((client) => client.end()).catch(() => {});
  }

  async #connect(): Promise<pg.Client> {
    const client = new pg.Client({ connectionString: this.#url });
    // A connection that breaks while idle: the next query fails and reconnects.
    client.on('error', () => {});
    await client.connect();
    return client;
  }
}
