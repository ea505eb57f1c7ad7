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
  /** Runs a statement as another user. */
  queryAs(url: string, text: string): Promise<unknown>;
  /** Adds statements that run before the database is dropped. */
  beforeDrop(...statements: readonly string[]): void;
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
  const last: string[] = [];
  return {
    url: url.href,
    query: async <Row extends object>(text: string, values: readonly unknown[] = []) => {
      const { rows } = await withClient(url.href, (client) => client.query<Row>(text, [...values]));
      return rows;
    },
    queryAs: (other, text) => withClient(other, (client) => client.query(text)),
    beforeDrop: (...statements) => void last.push(...statements),
    drop: async () => {
      await withClient(url.href, async (client) => {
        for (const statement of last) await client.query(statement);
      });
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
