/** The roles of a database: the owner of the schema, the application and the reader. */
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { openMillrace } from '../../../lib/app/millrace.ts';
import { openPostgresStore } from '../../../lib/drivers/postgres/postgres-store.ts';
import { systemClock } from '../../../lib/drivers/system/system-clock.ts';
import { call } from '../../cli/cli-call.ts';
import { migrateWithRoles, type RoleUrls } from '../../support/database-roles.ts';
import { batchEnd } from '../../support/open-app.ts';
import { QuietLogger } from '../../support/quiet-logger.ts';
import { createTestDatabase, hasPostgres, type TestDatabase } from '../../support/test-database.ts';

const config = {
  machines: { order: { definition: { StartAt: 'A', States: { A: { Type: 'Pass', End: true } } } } },
  batches: { orders: { machine: 'order', source: { kind: 'items', items: [1, 2, 3] } } },
} as const;

describe.skipIf(!hasPostgres)('the roles of a PostgreSQL', () => {
  let database: TestDatabase;
  let urls: RoleUrls;

  beforeAll(async () => {
    database = await createTestDatabase();
    urls = await migrateWithRoles(database);
  });
  afterAll(() => database.drop());

  function openStore(url: string) {
    const store = openPostgresStore({ clock: systemClock, url });
    onTestFinished(() => store.close());
    return store;
  }

  it('the application runs a batch, and the reader sees it', async () => {
    const flags = { store: 'postgres', postgresUrl: urls.application } as const;
    const app = await openMillrace({ config, flags, logger: new QuietLogger() });
    onTestFinished(() => app.close());
    await app.start();

    const { id } = await app.batches.start('orders');
    const { status } = await batchEnd(app, id);
    const listed = await call(['execution', 'list', '--postgres', urls.reader, '--json']);

    expect(status).toBe('SUCCEEDED');
    expect(JSON.parse(listed.stdout).executions).toHaveLength(3);
  });

  it('the reader changes nothing', async () => {
    const { status, stderr } = await call(['queue', 'list', '--postgres', urls.reader]);
    const change = await call(['execution', 'cancel', 'order:x', '--postgres', urls.reader]);

    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    await expect(
      openStore(urls.reader).putMachine('m', 'STANDARD', '{"StartAt":"A"}'),
    ).rejects.toMatchObject({ fields: { sqlState: '42501' } });
    expect(change.status).not.toBe(0);
  });

  it('neither the application nor the reader changes the schema or its version', async () => {
    for (const url of Object.values(urls)) {
      const query = (text: string) => database.queryAs(url, text);

      await expect(query('ALTER TABLE millrace.executions ADD x int')).rejects.toThrow('owner');
      await expect(query('CREATE TABLE millrace.mine (a int)')).rejects.toThrow('permission');
      await expect(query('DELETE FROM millrace.schema_migrations')).rejects.toThrow('permission');
    }
  });

  it('a schema that is behind is migrated by its owner only', async () => {
    const empty = await createTestDatabase();
    onTestFinished(() => empty.drop());
    const url = new URL(urls.application);
    url.pathname = new URL(empty.url).pathname;

    await expect(openStore(url.href).migrate()).rejects.toMatchObject({
      code: 'STORE_FAILED',
      message: expect.stringMatching(/at version 0, .* Run millrace migrate as the role that owns/),
    });
  });

  it('millrace migrate says the version, and refuses roles where there are none', async () => {
    const done = await call(['migrate', '--postgres', database.url, '--json']);
    const odd = await call(['migrate', '--postgres', database.url, '--reader-role', 'A"; DROP']);
    const none = await call(['migrate', '--store', 'memory', '--reader-role', 'reader']);

    expect(JSON.parse(done.stdout)).toMatchObject({ version: expect.any(Number) });
    expect(odd).toMatchObject({ status: 2, stderr: expect.stringContaining('lower-case letters') });
    expect(none).toMatchObject({ status: 2, stderr: expect.stringContaining('roles need a') });
  });
});
