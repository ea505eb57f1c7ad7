/** The schema: created by numbered migrations, once, whichever process starts first. */
import { readdir } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PgliteClient } from '../../../lib/drivers/pglite/pglite-client.ts';
import { PostgresClient } from '../../../lib/drivers/postgres/postgres-client.ts';
import { migrate } from '../../../lib/drivers/sql/migrate.ts';
import { selectMigrations } from '../../../lib/drivers/sql/statements/server/select-migrations.ts';
import { systemClock } from '../../../lib/drivers/system/system-clock.ts';
import { dumpSchema } from '../../support/schema-dump.ts';
import { createTestDatabase, hasPostgres, type TestDatabase } from '../../support/test-database.ts';

/** One per file. */
const versions = (await readdir('lib/drivers/sql/migrations')).map((_, index) => index + 1);
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
    await Promise.all(clients.map(migrate));

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
    await Promise.all(clients.map(migrate));

    expect(
      await database.query('SELECT count(*)::int AS n FROM millrace.schema_migrations'),
    ).toEqual([{ n: versions.length }]);
  });

  it('the migration refuses a schema of a newer Millrace', async () => {
    const [client] = clients;
    await database.query("INSERT INTO millrace.schema_migrations (version, name) VALUES (99, 'x')");

    const attempt = client === undefined ? Promise.resolve() : migrate(client);

    await expect(attempt).rejects.toMatchObject({
      code: 'STORE_FAILED',
      fields: { applied: 99 },
      message: expect.stringContaining('Upgrade this one'),
    });
  });
});
