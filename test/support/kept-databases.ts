/**
 * Keeps the embedded databases of a file of tests open between its calls: each call opens and
 * closes the database of the same folder, which takes as long as ten commands.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { PGlite } from '@electric-sql/pglite';
import { afterAll, beforeAll } from 'vitest';

/** The open databases by their folder; null while every database is closed as it is asked to. */
let kept: Map<string, PGlite> | null = null;

/** Called at the top of a file of tests: from its first test on, closing leaves databases open. */
export function keepDatabasesOpen(): void {
  beforeAll(() => {
    kept = new Map();
  });
  afterAll(async () => {
    const open = [...(kept?.values() ?? [])];
    kept = null;
    for (const database of open) await close(database);
  });
}

/** Returns the database of a folder that is open already, or opens it. */
export async function openKept(folder: string, open: () => Promise<PGlite>): Promise<PGlite> {
  if (kept === null) return open();
  const known = kept.get(folder);
  if (known !== undefined && existsSync(join(folder, 'PG_VERSION'))) return known;
  const database = await open();
  kept.set(folder, database);
  database.close = async () => {};
  return database;
}

/** Closes a database whose own method leaves it open. */
async function close(database: PGlite): Promise<void> {
  Reflect.deleteProperty(database, 'close');
  await database.close();
}
