/**
 * Brings a database's schema up to date: numbered migrations, forward only, each in one
 * transaction.
 *
 * The lock is the migration's own row: it is inserted first, so that a second process waits at the
 * primary key until the first has committed and is then told that the row exists. That needs
 * neither a session nor an advisory lock, so that it holds over the RDS Data API too.
 */
import { hasCode, MillraceError } from '../../errors.ts';
import { foundation } from './migrations/0001-foundation.ts';
import { signals } from './migrations/0002-signals.ts';
import { messages } from './migrations/0003-messages.ts';
import { activities } from './migrations/0004-activities.ts';
import { tasks } from './migrations/0005-tasks.ts';
import { batchAborts } from './migrations/0006-batch-aborts.ts';
import { pieces } from './migrations/0007-pieces.ts';
import type { SqlClient } from './sql-client.ts';
import { listMigrations } from './statements/server/list-migrations.ts';

/** One step of the schema. Never changed once released: the next step mends it. */
export interface Migration {
  /** 1, 2, 3 …, without a gap. */
  readonly version: number;
  readonly name: string;
  readonly statements: readonly string[];
}

const migrations: readonly Migration[] = [
  foundation,
  signals,
  messages,
  activities,
  tasks,
  batchAborts,
  pieces,
];

/**
 * SQLSTATEs of "someone else has just done it": unique violation, and schema or table that exists
 * already.
 */
const doneByOther: ReadonlySet<unknown> = new Set(['23505', '42P06', '42P07']);
/** SQLSTATEs of "no such schema" and "no such table". */
const nothingYet: ReadonlySet<unknown> = new Set(['3F000', '42P01']);

/**
 * Applies what is missing; safe to call from many processes at once.
 * @throws STORE_FAILED when the schema is newer than this program
 */
export async function migrate(client: SqlClient): Promise<void> {
  const applied = await appliedVersion(client);
  const known = migrations.length;
  if (applied > known) {
    throw new MillraceError(
      'STORE_FAILED',
      `The schema of ${client.description} is at version ${applied}, but this Millrace knows versions up to ` +
        `${known}: a newer Millrace has been here. Upgrade this one.`,
      { fields: { applied, known } },
    );
  }
  for (const migration of migrations.slice(applied)) {
    await apply(client, migration);
  }
}

async function apply(client: SqlClient, { version, name, statements }: Migration): Promise<void> {
  const record = `INSERT INTO millrace.schema_migrations (version, name)
    VALUES (${version}, '${name}')`;
  try {
    await client.transaction([record, ...statements]);
  } catch (error) {
    // The same SQLSTATE may come from the migration itself: then nobody has recorded it.
    if (!isDoneByOther(error) || (await newestOf(client)) < version) throw error;
  }
}

/** The schema's version as it is (0: there is none yet), and the newest that is known here. */
export async function schemaVersions(
  client: SqlClient,
): Promise<{ readonly applied: number; readonly known: number }> {
  return { applied: (await versionThere(client)) ?? 0, known: migrations.length };
}

async function versionThere(client: SqlClient): Promise<number | null> {
  try {
    return await newestOf(client);
  } catch (error) {
    if (!hasCode(error, 'STORE_FAILED') || !nothingYet.has(error.fields.sqlState)) throw error;
    return null;
  }
}

async function appliedVersion(client: SqlClient): Promise<number> {
  const there = await versionThere(client);
  if (there !== null) return there;
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
    if (!isDoneByOther(error)) throw error;
  }
  return await newestOf(client);
}

async function newestOf(client: SqlClient): Promise<number> {
  const rows = await client.call<{ version: number }>(listMigrations, {});
  return rows.at(-1)?.version ?? 0;
}

function isDoneByOther(error: unknown): boolean {
  return hasCode(error, 'STORE_FAILED') && doneByOther.has(error.fields.sqlState);
}
