/** Databases that the processes of a test share, and that the test reads directly. */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import pg from 'pg';
import type { TestContext } from 'vitest';
import { findStoreFaults, type Query } from '../support/check-store.ts';
import { createTestDatabase } from '../support/test-database.ts';

/** A database that the processes of a test use as their store. */
export interface ProcessDatabase {
  /** The CLI options that select the database. */
  readonly options: readonly string[];
  /** Queries the database directly; an embedded one only while no process has it open. */
  readonly query: Query;
  /** Returns all violated invariants; to be called when every batch has ended. */
  findFaults(): Promise<string[]>;
}

/** Creates a database on the PostgreSQL of the suite, dropped when the test has finished. */
export async function createPostgresDatabase(context: TestContext): Promise<ProcessDatabase> {
  const database = await createTestDatabase();
  context.onTestFinished(() => database.drop());
  return openPostgresDatabase(context, database.url);
}

/**
 * Creates a database on the server at `url`, which may restart; it is stopped with its databases.
 */
export async function createDatabaseOn(
  context: TestContext,
  serverUrl: string,
): Promise<ProcessDatabase> {
  const name = `sums_${randomUUID().replaceAll('-', '')}`;
  const server = new ReconnectingClient(serverUrl);
  await server.query(`CREATE DATABASE ${name}`).finally(() => server.close());
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return openPostgresDatabase(context, url.href);
}

/** Opens the PostgreSQL database at `url`, whose server may restart meanwhile. */
export function openPostgresDatabase(context: TestContext, url: string): ProcessDatabase {
  const connection = new ReconnectingClient(url);
  context.onTestFinished(() => connection.close());
  const query: Query = (text) => connection.query(text);
  return { options: ['--postgres', url], query, findFaults: () => findStoreFaults(query) };
}

/** Creates an embedded database in a temporary folder. */
export function createEmbeddedDatabase(context: TestContext): ProcessDatabase {
  const folder = createTemporaryFolder(context);
  const withDatabase = async <Result>(use: (database: PGlite) => Promise<Result>) => {
    const database = await PGlite.create({ dataDir: join(folder, 'data') });
    try {
      return await use(database);
    } finally {
      await database.close();
    }
  };
  const queryIn =
    (database: PGlite): Query =>
    async <Row extends object>(text: string) =>
      (await database.query<Row>(text)).rows;
  return {
    options: ['--store', 'pglite', '--data', folder],
    query: (text) => withDatabase((database) => queryIn(database)(text)),
    findFaults: () => withDatabase((database) => findStoreFaults(queryIn(database))),
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
