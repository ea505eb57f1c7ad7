/** The PostgreSQL store with a server that is unreachable, refuses, restarts or deadlocks. */
import { once } from 'node:events';
import { createServer } from 'node:net';
import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PostgresClient } from '../../../lib/drivers/postgres/postgres-client.ts';
import { openPostgresStore } from '../../../lib/drivers/postgres/postgres-store.ts';
import type { Statement } from '../../../lib/drivers/sql/sql-client.ts';
import { systemClock } from '../../../lib/drivers/system/system-clock.ts';
import { createEnded, newExecution } from '../../contracts/store/store-harness.ts';
import { createTestDatabase, hasPostgres, type TestDatabase } from '../../support/test-database.ts';

const ping: Statement = { name: 'ping', text: 'SELECT CAST($1 AS json)->>0 AS "pong"' };

describe('unreachable PostgreSQL', () => {
  it('an unreachable server is reported with its address and without the password', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    server.close();
    await once(server, 'close');
    const store = openPostgresStore({
      clock: systemClock,
      url: `postgres://me:s3cret@127.0.0.1:${port}/shop`,
    });

    const error: unknown = await store.migrate().catch((reason: unknown) => reason);

    expect(error).toMatchObject({
      code: 'STORE_UNAVAILABLE',
      retryable: true,
      fields: { host: '127.0.0.1', port, database: 'shop', user: 'me' },
      message: expect.stringMatching(
        /127\.0\.0\.1:\d+, database 'shop', as user 'me'.*POSTGRES_URL/,
      ),
    });
    expect(JSON.stringify(error) + String(error) + store.description).not.toContain('s3cret');
    await store.close();
  });

  it('an invalid PostgreSQL URL is a configuration error', () => {
    const open = () =>
      openPostgresStore({ clock: systemClock, url: 'postgres://me:s3cret@host:port/shop' });

    expect(open).toThrow(expect.objectContaining({ code: 'INVALID_CONFIGURATION' }));
    expect(open).not.toThrow('s3cret');
  });

  it('a pool of less than one connection is refused', () => {
    const open = () =>
      openPostgresStore({ clock: systemClock, url: 'postgres://127.0.0.1/shop', poolSize: 0 });

    expect(open).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }));
  });
});

describe.skipIf(!hasPostgres)('failing PostgreSQL', () => {
  let database: TestDatabase;
  let client: PostgresClient;

  beforeAll(async () => {
    database = await createTestDatabase();
    client = new PostgresClient({ clock: systemClock, url: database.url });
  });
  afterAll(async () => {
    await client.close();
    await database.drop();
  });

  const cutConnections = () =>
    database.query(`SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
      WHERE datname = current_database() AND pid <> pg_backend_pid()`);

  it('a refused database is not retryable', async () => {
    const url = new URL(database.url);
    url.pathname = '/no_such_database';
    const other = new PostgresClient({ clock: systemClock, url: url.href });

    await expect(other.call(ping, [])).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
      retryable: false,
      fields: { sqlState: '3D000' },
    });
    await other.close();
  });

  it('the store reconnects after idle connections were closed', async () => {
    await client.call(ping, ['one']);
    await cutConnections();

    // The pool may learn of the closed connections only now: one call per connection can fail.
    const results = await Promise.allSettled([
      client.call(ping, ['two']),
      client.call(ping, ['two']),
    ]);
    for (const result of results) {
      if (result.status === 'rejected') expect(result.reason).toMatchObject({ retryable: true });
    }

    expect(await client.call(ping, ['three'])).toEqual([{ pong: 'three' }]);
  });

  it('a call whose connection was closed is retryable', async () => {
    const slow: Statement = {
      name: 'slow',
      text: 'SELECT 1 AS "one" FROM pg_sleep(30) WHERE CAST($1 AS json) IS NOT NULL',
    };
    const call = client.call(slow, []).catch((reason: unknown) => reason);
    await expect.poll(countSleepers).toBe(1);

    await cutConnections();

    expect(await call).toMatchObject({ code: 'STORE_UNAVAILABLE', retryable: true });
  });

  const countSleepers = async () => {
    const rows = await database.query(`SELECT 1 FROM pg_stat_activity
      WHERE datname = current_database() AND wait_event = 'PgSleep'`);
    return rows.length;
  };

  it('a refused statement is reported with its reason and SQLSTATE', async () => {
    const wrong: Statement = { name: 'wrong', text: 'SELECT CAST($1 AS json)->>0 FROM nowhere' };

    await expect(client.call(wrong, [])).rejects.toMatchObject({
      code: 'STORE_FAILED',
      // A table that is missing is nothing that the document could be blamed for.
      retryable: true,
      fields: { sqlState: '42P01' },
      message: expect.stringContaining('nowhere'),
    });
  });

  it("a refused row's content is not in the error", async () => {
    await database.query('CREATE TABLE picky (text text CHECK (length(text) < 3))');
    const insert: Statement = {
      name: 'insert_picky',
      text: 'INSERT INTO picky VALUES (CAST($1 AS json)->>0) RETURNING 1 AS "one"',
    };

    const error: unknown = await client
      .call(insert, ['payload'])
      .catch((reason: unknown) => reason);

    expect(error).toMatchObject({ code: 'STORE_FAILED', fields: { sqlState: '23514' } });
    expect(inspect(error, { depth: 10 })).not.toContain('payload');
  });

  it('a statement that lost a deadlock runs again until it succeeds', async () => {
    await database.query('CREATE TABLE pairs (id int PRIMARY KEY, n int NOT NULL DEFAULT 0)');
    await database.query('INSERT INTO pairs SELECT g FROM generate_series(1, 2) g');
    const addInOrder: Statement = {
      name: 'add_in_order',
      text: `WITH first AS (UPDATE pairs SET n = n + 1
          WHERE id = CAST(CAST($1 AS json)->>0 AS int) RETURNING id, pg_sleep(0.02)),
        second AS (UPDATE pairs SET n = n + 1
          WHERE id = CAST(CAST($1 AS json)->>1 AS int) AND EXISTS (SELECT 1 FROM first) RETURNING id)
        SELECT id FROM second`,
    };

    await Promise.all([client.call(addInOrder, [1, 2]), client.call(addInOrder, [2, 1])]);

    expect(await database.query('SELECT n FROM pairs')).toEqual([{ n: 2 }, { n: 2 }]);
  });

  it('a failed transaction leaves no changes', async () => {
    const attempt = client.transaction(['CREATE TABLE half (id int)', 'SELECT nonsense']);

    await expect(attempt).rejects.toMatchObject({ code: 'STORE_FAILED' });
    await expect(database.query('SELECT 1 FROM half')).rejects.toThrow('half');
  });

  it('a closed client refuses calls', async () => {
    const closed = new PostgresClient({ clock: systemClock, url: database.url });
    await closed.close();
    await closed.close();

    await expect(closed.call(ping, [])).rejects.toMatchObject({ code: 'STOPPED' });
  });
});

describe.skipIf(!hasPostgres)('PostgreSQL in another time zone', () => {
  it("times do not depend on the database's time zone", async () => {
    const database = await createTestDatabase();
    await database.query(
      `DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET timezone = ''Asia/Kolkata''', current_database()); END $$`,
    );
    const store = openPostgresStore({ clock: systemClock, url: database.url });
    try {
      await store.migrate();
      const before = Date.now();
      const id = await createEnded(store);
      const execution = await store.getExecution(id);

      const { createdAt = 0, startedAt = 0, endedAt = 0 } = execution ?? {};
      for (const at of [createdAt, startedAt, endedAt]) {
        expect(Math.abs((at ?? 0) - before)).toBeLessThan(60_000);
      }
      const [again] = await store.createExecutions(
        [newExecution({ name: execution?.name ?? '' })],
        true,
      );
      expect(again).toMatchObject({ id, created: false });
    } finally {
      await store.close();
      await database.drop();
    }
  });
});
