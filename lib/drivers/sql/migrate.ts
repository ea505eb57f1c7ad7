import { hasCode, MillraceError } from '../../errors.ts';
import type { StoreFacts } from '../../ports/store/store.ts';
import { buildIndexes, createIndex } from './indexes/build-indexes.ts';
import type { Migration } from './migration.ts';
import { migrations } from './migrations/list-migrations.ts';
import type { SqlClient } from './sql-client.ts';
import { selectCompatibility } from './statements/server/select-compatibility.ts';
import { selectMigrations } from './statements/server/select-migrations.ts';

const newestVersion = migrations.at(-1)?.version ?? 0;

/**
 * SQLSTATEs that show that another process has just applied the migration: unique violation, and
 * schema or table that exists already.
 */
const appliedConcurrently: ReadonlySet<unknown> = new Set(['23505', '42P06', '42P07']);
/** SQLSTATEs of a missing schema and a missing table. */
const notMigratedYet: ReadonlySet<unknown> = new Set(['3F000', '42P01']);

/**
 * Updates a database's schema: applies the missing migrations in order, forward only, each in one
 * transaction. Safe to call from many processes at once.
 *
 * The lock is the migration's own row: it is inserted first, so that a second process waits at the
 * primary key until the first has committed, and then finds that the row exists. That needs neither
 * a session nor an advisory lock, so that it also works over the RDS Data API.
 * A newer schema is left as it is if this program works on it, so that a release can be rolled
 * back.
 * @throws STORE_FAILED with `fields.applied` when the schema is newer and does not fit this program
 */
export async function migrate(client: SqlClient): Promise<void> {
  const applied = await ensureVersionTable(client);
  const known = newestVersion;
  if (applied > known) {
    if (await fitsNewerSchema(client)) return;
    throw new MillraceError(
      'STORE_FAILED',
      `The schema of ${client.description} is at version ${applied}, but this Millrace knows versions up to ` +
        `${known}: a newer Millrace has migrated it, and this one does not work on it. Upgrade this one.`,
      { fields: { applied, known } },
    );
  }
  for (const migration of migrations) {
    if (migration.version > applied) await apply(client, migration, applied === 0);
  }
  await buildIndexes(
    client,
    migrations.flatMap(({ indexes = [] }) => indexes),
  );
}

async function fitsNewerSchema(client: SqlClient): Promise<boolean> {
  const rows = await client.call<{ compatibleFrom: number }>(selectCompatibility, {
    known: newestVersion,
  });
  return (rows[0]?.compatibleFrom ?? Number.POSITIVE_INFINITY) <= newestVersion;
}

/** @param isNew whether the database has no data yet: then all indexes are built at once */
async function apply(client: SqlClient, migration: Migration, isNew: boolean): Promise<void> {
  const { version, name, statements, compatibleFrom, indexes = [] } = migration;
  const record = `INSERT INTO millrace.schema_migrations (version, name)
    VALUES (${version}, '${name}')`;
  const limits =
    compatibleFrom === undefined
      ? []
      : [
          `UPDATE millrace.schema_migrations SET compatible_from = ${compatibleFrom}
            WHERE version = ${version}`,
        ];
  try {
    const builds = isNew ? indexes.map((index) => createIndex(index)) : [];
    await client.transaction([record, ...statements, ...builds, ...limits]);
  } catch (error) {
    if (isNotOwner(error)) throw needsOwner(client, version - 1, error);
    // The same SQLSTATE may come from the migration itself: then its row does not exist.
    if (!isAppliedConcurrently(error) || (await readNewestVersion(client)) < version) throw error;
  }
}

/**
 * Returns the schema's current version (0: no schema), the newest known to this program, and
 * whether this program works on it.
 */
export async function readSchemaVersions(client: SqlClient): Promise<StoreFacts['schema']> {
  const applied = (await findVersion(client)) ?? 0;
  const known = newestVersion;
  const fits = applied === known || (applied > known && (await fitsNewerSchema(client)));
  return { applied, known, fits };
}

async function findVersion(client: SqlClient): Promise<number | null> {
  try {
    return await readNewestVersion(client);
  } catch (error) {
    if (!hasCode(error, 'STORE_FAILED') || !notMigratedYet.has(error.fields.sqlState)) throw error;
    return null;
  }
}

/** Returns the schema's version; creates the table of versions when it is missing. */
async function ensureVersionTable(client: SqlClient): Promise<number> {
  const version = await findVersion(client);
  if (version !== null) return version;
  try {
    await client.transaction([
      'CREATE SCHEMA IF NOT EXISTS millrace',
      `CREATE TABLE IF NOT EXISTS millrace.schema_migrations (
        version integer PRIMARY KEY,
        name text NOT NULL,
        applied_at timestamptz NOT NULL DEFAULT now()
      )`,
    ]);
  } catch (error) {
    if (isNotOwner(error)) throw needsOwner(client, 0, error);
    if (!isAppliedConcurrently(error)) throw error;
  }
  return await readNewestVersion(client);
}

async function readNewestVersion(client: SqlClient): Promise<number> {
  const rows = await client.call<{ version: number }>(selectMigrations, {});
  return rows.at(-1)?.version ?? 0;
}

/** Whether a statement was refused because the role does not own what it would change. */
function isNotOwner(error: unknown): boolean {
  return hasCode(error) && error.fields.sqlState === '42501';
}

function needsOwner({ description }: SqlClient, applied: number, cause: unknown): MillraceError {
  return new MillraceError(
    'STORE_FAILED',
    `The schema of ${description} is at version ${applied}, and this program needs ${newestVersion}; its ` +
      'role may not change the schema. Run millrace migrate as the role that owns it.',
    { fields: { applied, known: newestVersion, sqlState: '42501' }, cause },
  );
}

function isAppliedConcurrently(error: unknown): boolean {
  return hasCode(error, 'STORE_FAILED') && appliedConcurrently.has(error.fields.sqlState);
}
