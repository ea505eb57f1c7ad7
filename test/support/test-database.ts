/** A fresh database per test file, on the PostgreSQL that the global setup started. */
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';

/** True when there is a PostgreSQL; suites that need one are skipped otherwise. */
export const hasPostgres = inject('postgresUrl') !== null;

/** A database of one test file. */
export interface TestDatabase {
  readonly url: string;
  /** Runs a statement on a separate connection, not through the store. */
  query<Row extends object>(text: string, values?: readonly unknown[]): Promise<Row[]>;
  drop(): Promise<void>;
}

/** Creates an empty database; drop it at the end of the file. */
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
