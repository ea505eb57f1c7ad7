/** The PostgreSQL client with connections that say nothing, and with servers that cannot serve. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  PostgresClient,
  type PostgresClientOptions,
} from '../../../lib/drivers/postgres/postgres-client.ts';
import type { Statement } from '../../../lib/drivers/sql/sql-client.ts';
import { systemClock } from '../../../lib/drivers/system/system-clock.ts';
import { rejection } from '../../support/rejection.ts';
import { startTcpProxy, type TcpProxy } from '../../support/tcp-proxy.ts';
import { createTestDatabase, hasPostgres, type TestDatabase } from '../../support/test-database.ts';

const ping: Statement = { name: 'ping', text: 'SELECT CAST($1 AS json)->>0 AS "pong"' };
const sleep: Statement = {
  name: 'sleep',
  text: 'SELECT 1 AS "one" FROM pg_sleep(60) WHERE CAST($1 AS json) IS NOT NULL',
};

describe.skipIf(!hasPostgres)('a PostgreSQL that is away', () => {
  let database: TestDatabase;
  let proxy: TcpProxy;
  let client: PostgresClient;

  beforeAll(async () => {
    database = await createTestDatabase();
    await database.query('CREATE TABLE numbers (n int)');
  });
  afterAll(() => database.drop());
  beforeEach(async () => {
    proxy = await startTcpProxy(Number(new URL(database.url).port));
    client = connect({});
  });
  afterEach(async () => {
    await client.close();
    await proxy.close();
  });

  function connect(options: Partial<PostgresClientOptions>): PostgresClient {
    const url = new URL(database.url);
    url.host = `127.0.0.1:${proxy.port}`;
    return new PostgresClient({ clock: systemClock, url: url.href, statementMs: 500, ...options });
  }

  it('a silent connection fails its call at the deadline, and the next call has another one', async () => {
    await client.call(ping, ['one']);
    proxy.silence();

    const error = await rejection(client.call(ping, ['two']));

    expect(error).toMatchObject({
      code: 'STORE_UNAVAILABLE',
      retryable: true,
      message: expect.stringContaining('no answer within 0.5 s, the connection is replaced'),
    });
    expect(await client.call(ping, ['three'])).toEqual([{ pong: 'three' }]);
    expect(proxy.accepted).toBeGreaterThan(1);
  });

  it('one silent connection replaces all idle ones, so that only one deadline passes', async () => {
    await Promise.all([1, 2, 3, 4].map((n) => client.call(ping, [String(n)])));
    expect(client.poolUse().idle).toBeGreaterThan(1);
    proxy.silence();
    await rejection(client.call(ping, ['first']));

    const startedAt = systemClock.monotonicMs();
    for (let n = 0; n < 4; n += 1) expect(await client.call(ping, ['ok'])).toHaveLength(1);

    expect(systemClock.monotonicMs() - startedAt).toBeLessThan(450);
  });

  it('a statement that takes too long is cancelled at the server', async () => {
    const error = await rejection(client.call(sleep, []));

    expect(error).toMatchObject({ code: 'STORE_UNAVAILABLE', retryable: true });
    await expect.poll(countSleepers).toBe(0);
  });

  const countSleepers = async () => {
    const rows = await database.query(`SELECT 1 FROM pg_stat_activity
      WHERE datname = current_database() AND wait_event = 'PgSleep'`);
    return rows.length;
  };

  it('a statement with a timeout factor may take a multiple of the deadline', async () => {
    const text = sleep.text.replace('60', '1');
    const slow = { name: 'slow', text, timeoutFactor: 6 };

    expect(await client.call(slow, [])).toEqual([{ one: 1 }]);
  });

  it('a client whose connections are silent is closed within seconds', async () => {
    const slow = { ...sleep, timeoutFactor: 60 };
    const call = rejection(client.call(slow, []));
    await expect.poll(countSleepers).toBe(1);
    proxy.silence();
    const startedAt = systemClock.monotonicMs();

    await client.close();

    expect(systemClock.monotonicMs() - startedAt).toBeLessThan(4_000);
    expect(await call).toMatchObject({ code: 'STORE_UNAVAILABLE' });
  });

  it('a read-only server is retryable, and its connections are replaced', async () => {
    const insert = {
      name: 'insert_number',
      text: 'INSERT INTO numbers SELECT 1 WHERE CAST($1 AS json) IS NOT NULL RETURNING n AS "n"',
    };
    await client.call(ping, ['one']);
    const { accepted } = proxy;
    await setReadOnly('on');
    const readOnly = connect({});

    const error = await rejection(readOnly.call(insert, []));
    await setReadOnly('off');

    expect(error).toMatchObject({
      code: 'STORE_UNAVAILABLE',
      retryable: true,
      fields: { sqlState: '25006', passing: true },
    });
    // The session is read-only for ever, as one on a replica: only another connection can write.
    expect(await readOnly.call(insert, [])).toEqual([{ n: 1 }]);
    expect(proxy.accepted).toBe(accepted + 2);
    await readOnly.close();
  });

  const setReadOnly = (value: 'on' | 'off') =>
    database.query(`BEGIN READ WRITE; DO $$ BEGIN EXECUTE format(
      'ALTER DATABASE %I SET default_transaction_read_only = ${value}', current_database()); END $$;
      COMMIT`);

  it.each([
    ['57014', 'canceling statement due to statement timeout'],
    ['55P03', 'canceling statement due to lock timeout'],
    ['53100', 'could not extend file: No space left on device'],
    ['53200', 'out of memory'],
    ['58030', 'could not read block'],
  ])(
    'the error %s of a server is retryable and does not name the document',
    async (state, text) => {
      const raise = {
        name: `raise_${state}`,
        text: `SELECT millrace_raise('${state}', '${text}') AS "one"
        WHERE CAST($1 AS json) IS NOT NULL`,
      };
      await database.query(`CREATE OR REPLACE FUNCTION millrace_raise(state text, message text)
      RETURNS int LANGUAGE plpgsql AS
      $$ BEGIN RAISE EXCEPTION USING ERRCODE = state, MESSAGE = message; END $$`);

      expect(await rejection(client.call(raise, ['payload']))).toMatchObject({
        code: 'STORE_UNAVAILABLE',
        retryable: true,
        fields: { sqlState: state },
        message: expect.stringContaining(text),
      });
    },
  );

  it('a server without a free connection says so, and how to have more', async () => {
    await database.query(`DO $$ BEGIN EXECUTE format(
      'ALTER DATABASE %I CONNECTION LIMIT 0', current_database()); END $$`);
    await database.query('CREATE ROLE crowd LOGIN').catch(() => []);
    const url = new URL(database.url);
    url.username = 'crowd';
    const crowded = new PostgresClient({ clock: systemClock, url: url.href });

    const error = await rejection(crowded.call(ping, []));

    expect(error).toMatchObject({
      code: 'STORE_UNAVAILABLE',
      retryable: true,
      fields: { sqlState: '53300', passing: true },
      message: expect.stringMatching(/has too many connections: .* Lower POSTGRES_POOL_SIZE/),
    });
    await crowded.close();
  });
});
