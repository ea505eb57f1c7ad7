/** A fresh database per test file, on the PostgreSQL that the global setup started. */
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';

/** Whether there is a PostgreSQL; suites that need one are skipped without. */
export const hasPostgres = inject('postgresUrl') !== null;

/** A database that nobody else uses. */
export interface TestDatabase {
  readonly url: string;
  /** Runs statements on a connection of its own, for what a test does behind the store's back. */
  query<Row extends object>(text: string, values?: readonly unknown[]): Promise<Row[]>;
  drop(): Promise<void>;
}

/** Creates an empty database; drop it when the file is done. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const adminUrl = inject('postgresUrl');
  if (adminUrl === null) throw new Error('there is no PostgreSQL: skip the suite by hasPostgres');
  const name = `millrace_test_${randomUUID().replaceAll('-', '')}`;
  await withClient(adminUrl, (client) => client.query(`CREATE DATABASE ${name}`));
  const url = new URL(adminUrl);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    query: async <Row extends object>(text: string, values: readonly unknown[] = []) => {
      const { rows } = await withClient(url.href, (client) => client.query<Row>(text, [...values]));
      return rows;
    },
    drop: async () => {
      await withClient(adminUrl, (client) => client.query(`DROP DATABASE ${name} WITH (FORCE)`));
    },
  };
}

async function withClient<Result>(
  url: string,
  work: (client: pg.Client) => Promise<Result>,
): Promise<Result> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
