/** Where the processes of a test keep their data, and how it is read behind their back. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import pg from 'pg';
import { onTestFinished } from 'vitest';
import type { Query } from '../support/check-store.ts';
import { createTestDatabase } from '../support/test-database.ts';

/** See this file's head. */
export interface DataHome {
  /** The words that lead `millrace` there. */
  readonly words: readonly string[];
  /** Of an embedded database: only while no process has it open. */
  readonly query: Query;
}

/** A fresh database on the PostgreSQL of the suite, dropped when the test has ended. */
export async function postgresHome(): Promise<DataHome> {
  const database = await createTestDatabase();
  onTestFinished(() => database.drop());
  return { words: ['--postgres', database.url], query: (text) => database.query(text) };
}

/** A fresh folder, removed when the test has ended. */
export async function embeddedHome(): Promise<DataHome> {
  const folder = temporaryFolder();
  return {
    words: ['--store', 'pglite', '--data', folder],
    query: async <Row extends object>(text: string) => {
      const database = await PGlite.create({ dataDir: join(folder, 'data') });
      try {
        const { rows } = await database.query<Row>(text);
        return rows;
      } finally {
        await database.close();
      }
    },
  };
}

/** Asks on a connection of its own each time, which no restart of the server has cut. */
export function queryAt(url: string): Query {
  return async <Row extends object>(text: string) => {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    try {
      const { rows } = await client.query<Row>(text);
      return rows;
    } finally {
      await client.end();
    }
  };
}

/** An empty folder, removed when the test has ended. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-processes-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
