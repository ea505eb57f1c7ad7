import { hasCode, MillraceError } from '../../errors.ts';
import type { Migration } from './migration.ts';
import { foundation } from './migrations/0001-foundation.ts';
import { signals } from './migrations/0002-signals.ts';
import { messages } from './migrations/0003-messages.ts';
import { activities } from './migrations/0004-activities.ts';
import { tasks } from './migrations/0005-tasks.ts';
import { batchAborts } from './migrations/0006-batch-aborts.ts';
import { pieces } from './migrations/0007-pieces.ts';
import { figures } from './migrations/0008-figures.ts';
import { searches } from './migrations/0009-searches.ts';
import { orders } from './migrations/0010-orders.ts';
import { traces } from './migrations/0011-traces.ts';
import { holds } from './migrations/0012-holds.ts';
import { soloRuns } from './migrations/0013-solo-runs.ts';
import { recordedVersions } from './migrations/0014-recorded-versions.ts';
import { listIndexes } from './migrations/0015-list-indexes.ts';
import type { SqlClient } from './sql-client.ts';
import { selectMigrations } from './statements/server/select-migrations.ts';

const migrations: readonly Migration[] = [
  foundation,
  signals,
  messages,
  activities,
  tasks,
  batchAborts,
  pieces,
  figures,
  searches,
  orders,
  traces,
  holds,
  soloRuns,
  recordedVersions,
  listIndexes,
];

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
 * @throws STORE_FAILED when the schema is newer than this program
 */
export async function migrate(client: SqlClient): Promise<void> {
  const applied = await ensureVersionTable(client);
  const known = newestVersion;
  if (applied > known) {
    throw new MillraceError(
      'STORE_FAILED',
      `The schema of ${client.description} is at version ${applied}, but this Millrace knows versions up to ` +
        `${known}: a newer Millrace has migrated it. Upgrade this one.`,
      { fields: { applied, known } },
    );
  }
  for (const migration of migrations) {
    if (migration.version > applied) await apply(client, migration);
  }
}

async function apply(client: SqlClient, { version, name, statements }: Migration): Promise<void> {
  const record = `INSERT INTO millrace.schema_migrations (version, name)
    VALUES (${version}, '${name}')`;
  try {
    await client.transaction([record, ...statements]);
  } catch (error) {
    // The same SQLSTATE may come from the migration itself: then its row does not exist.
    if (!isAppliedConcurrently(error) || (await readNewestVersion(client)) < version) throw error;
  }
}

/** Returns the schema's current version (0: no schema), and the newest known to this program. */
export async function readSchemaVersions(
  client: SqlClient,
): Promise<{ readonly applied: number; readonly known: number }> {
  return { applied: (await findVersion(client)) ?? 0, known: newestVersion };
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
    if (!isAppliedConcurrently(error)) throw error;
  }
  return await readNewestVersion(client);
}

async function readNewestVersion(client: SqlClient): Promise<number> {
  const rows = await client.call<{ version: number }>(selectMigrations, {});
  return rows.at(-1)?.version ?? 0;
}

function isAppliedConcurrently(error: unknown): boolean {
  return hasCode(error, 'STORE_FAILED') && appliedConcurrently.has(error.fields.sqlState);
}
