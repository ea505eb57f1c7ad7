/** The PostgreSQL client behind PgBouncer in transaction mode. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PostgresClient } from '../../../lib/drivers/postgres/postgres-client.ts';
import { openPostgresStore } from '../../../lib/drivers/postgres/postgres-store.ts';
import { systemClock } from '../../../lib/drivers/system/system-clock.ts';
import { createEnded } from '../../contracts/store/store-harness.ts';
import {
  noPgbouncer,
  type PgbouncerServer,
  startPgbouncer,
} from '../../support/pgbouncer-server.ts';
import { rejection } from '../../support/rejection.ts';
import { createTestDatabase, hasPostgres, type TestDatabase } from '../../support/test-database.ts';

const clock = systemClock;

describe.skipIf(!hasPostgres || noPgbouncer !== null)('a PostgreSQL behind PgBouncer', () => {
  let database: TestDatabase;
  let pooler: PgbouncerServer;

  beforeAll(async () => {
    database = await createTestDatabase();
    pooler = await startPgbouncer(database.url);
  });
  afterAll(async () => {
    await pooler.stop();
    await database.drop();
  });

  it('a store with the setting for a pooler migrates and works in transaction mode', async () => {
    const store = openPostgresStore({ clock, url: pooler.url, pooler: true });
    const other = openPostgresStore({ clock, url: pooler.url, pooler: true });
    await Promise.all([store.migrate(), other.migrate()]);

    // More at once than the pooler has sessions: each statement gets whichever is free.
    const ids = await Promise.all(Array.from({ length: 20 }, () => createEnded(store)));

    const found = await Promise.all(ids.map((id) => other.getExecution(id)));
    expect(found.map((execution) => execution?.status)).toEqual(ids.map(() => 'SUCCEEDED'));
    await Promise.all([store.close(), other.close()]);
  });

  it('a client without the setting for its pooler names it', async () => {
    const client = new PostgresClient({ clock, url: pooler.url });

    expect(
      await rejection(client.call({ name: 'one', text: 'SELECT $1 AS "x"' }, 1)),
    ).toMatchObject({
      code: 'STORE_UNAVAILABLE',
      retryable: false,
      message: expect.stringMatching(/unsupported startup parameter.*POSTGRES_POOLER=true/),
    });
    await client.close();
  });

  it('an inspection through a pooler advises to turn jit off for the role', async () => {
    const store = openPostgresStore({ clock, url: pooler.url, pooler: true });

    const { advice, refusals } = await store.inspect();

    expect(refusals).toEqual([]);
    expect(advice).toEqual([expect.stringMatching(/ALTER ROLE ".*" SET jit = off/)]);
    await store.close();
  });

  it('an inspection without a pooler has no advice', async () => {
    const store = openPostgresStore({ clock, url: database.url });

    expect(await store.inspect()).toMatchObject({ advice: [], refusals: [] });
    await store.close();
  });
});
