/** The schema: created by numbered migrations, once, whichever process starts first. */
import { readdir } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PgliteClient } from '../../../lib/drivers/pglite/pglite-client.ts';
import { PostgresClient } from '../../../lib/drivers/postgres/postgres-client.ts';
import { migrate } from '../../../lib/drivers/sql/migrate.ts';
import type { Migration } from '../../../lib/drivers/sql/migration.ts';
import { selectMigrations } from '../../../lib/drivers/sql/statements/server/select-migrations.ts';
import { systemClock } from '../../../lib/drivers/system/system-clock.ts';
import { dumpSchema } from '../../support/schema-dump.ts';
import { createTestDatabase, hasPostgres, type TestDatabase } from '../../support/test-database.ts';

/** One per file. */
const files = (await readdir('lib/drivers/sql/migrations')).filter((name) => /^\d{4}-/.test(name));
const versions = files.map((_, index) => index + 1);
const committedDump = '../../../lib/drivers/sql/schema.sql';

describe('migrations on PGlite', () => {
  it('the migrations create the committed schema', async () => {
    const client = await PgliteClient.open(undefined, 'PGlite in memory');
    try {
      // The databases of tests are copies of one that was migrated.
      await client.transaction(['DROP SCHEMA millrace CASCADE']);
      await migrate(client);

      await expect(await dumpSchema(client)).toMatchFileSnapshot(committedDump);
    } finally {
      await client.close();
    }
  });
});

it('a migration that removes or renames what programs use says which programs still work', async () => {
  const folder = new URL('../../../lib/drivers/sql/migrations/', import.meta.url);
  const modules = await Promise.all(
    files.map(async (file): Promise<object> => await import(`${folder}${file}`)),
  );
  // No program that reads `compatible_from` is older than the step that adds it.
  const later = modules
    .flatMap((module): Migration[] => Object.values(module))
    .filter(({ version }) => version > 16);

  const contracting =
    /\b(DROP (TABLE|COLUMN|FUNCTION)|RENAME|SET NOT NULL|ALTER COLUMN \w+ (SET DATA )?TYPE)\b/;
  const silent = later.filter(
    ({ statements, compatibleFrom }) =>
      compatibleFrom === undefined && statements.some((each) => contracting.test(each)),
  );
  expect(silent.map(({ name }) => name)).toEqual([]);
});

describe.skipIf(!hasPostgres)('migrations on PostgreSQL', () => {
  let database: TestDatabase;
  let clients: PostgresClient[];

  beforeAll(async () => {
    database = await createTestDatabase();
    clients = Array.from(
      { length: 8 },
      () => new PostgresClient({ clock: systemClock, url: database.url, poolSize: 1 }),
    );
  });
  afterAll(async () => {
    await Promise.all(clients.map((client) => client.close()));
    await database.drop();
  });

  it('eight processes that start together apply each migration once', async () => {
    await Promise.all(clients.map((client) => migrate(client)));

    const [client] = clients;
    const applied = await client?.call<{ version: number }>(selectMigrations, {});
    expect(applied).toEqual(versions.map((version) => ({ version })));
  });

  it('the migrations create the same schema on PostgreSQL as on PGlite', async () => {
    const [client] = clients;

    const dump = client === undefined ? '' : await dumpSchema(client);

    await expect(dump).toMatchFileSnapshot(committedDump);
  });

  it('a second migration changes nothing', async () => {
    await Promise.all(clients.map((client) => migrate(client)));

    expect(
      await database.query('SELECT count(*)::int AS n FROM millrace.schema_migrations'),
    ).toEqual([{ n: versions.length }]);
  });

  it('the migration accepts a newer schema that this Millrace works on, and changes nothing', async () => {
    const [client] = clients;
    await database.query("INSERT INTO millrace.schema_migrations (version, name) VALUES (98, 'w')");

    await (client === undefined ? Promise.reject(new Error('no client')) : migrate(client));

    expect(
      await database.query('SELECT max(version)::int AS n FROM millrace.schema_migrations'),
    ).toEqual([{ n: 98 }]);
  });

  it('the migration refuses a newer schema that this Millrace does not work on', async () => {
    const [client] = clients;
    await database.query(
      `INSERT INTO millrace.schema_migrations (version, name, compatible_from)
        VALUES (99, 'x', 98), (100, 'y', 1)`,
    );

    const attempt = client === undefined ? Promise.resolve() : migrate(client);

    await expect(attempt).rejects.toMatchObject({
      code: 'STORE_FAILED',
      fields: { applied: 100 },
      message: expect.stringContaining('Upgrade this one'),
    });
  });
});
