/** The limits of the service: sizes, and the timeout of a call. */
import { BatchExecuteStatementCommand } from '@aws-sdk/client-rds-data';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DataApi, startDataApi } from '../../support/data-api.ts';
import { rejection } from '../../support/rejection.ts';
import { SimulatedClock } from '../../support/simulated-clock.ts';
import { hasPostgres } from '../../support/test-database.ts';

const mebibyte = 1024 * 1024;

describe.skipIf(!hasPostgres)('limits of the Data API server', () => {
  const clock = new SimulatedClock();
  let api: DataApi;

  beforeAll(async () => {
    api = await startDataApi({ clock });
    await api.execute('CREATE TABLE note (id int, body text)');
  });
  afterAll(() => api.close());

  /** Resolves when a statement that contains `text` is running, or is not. */
  async function untilRunning(text: string, isRunning = true): Promise<number> {
    for (;;) {
      const [row] = await api.database.query<{ n: number }>(
        `SELECT count(*)::int AS n FROM pg_stat_activity
         WHERE state = 'active' AND query LIKE $1 AND pid <> pg_backend_pid()`,
        [`%${text}%`],
      );
      if (row !== undefined && row.n > 0 === isRunning) return row.n;
    }
  }

  it('a request may have 4 MiB, headers included, and no more', async () => {
    const ofSize = (bytes: number) =>
      api.execute('SELECT length(:p)', [{ name: 'p', value: { stringValue: 'x'.repeat(bytes) } }]);
    const error = await rejection(ofSize(4 * mebibyte - 200));

    expect(error).toMatchObject({
      name: 'RequestEntityTooLargeException',
      $metadata: { httpStatusCode: 413 },
    });
    expect((await ofSize(4 * mebibyte - 4096)).records).toEqual([[{ longValue: 4_190_208 }]]);
  });

  it('a statement may have 65,536 characters and no more', async () => {
    const ofLength = (length: number) => api.execute(`SELECT 1${' '.repeat(length - 8)}`);

    expect((await ofLength(65_536)).records).toHaveLength(1);
    await expect(ofLength(65_537)).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining(
        "at 'sql' failed to satisfy constraint: Member must have length less than or equal to 65536",
      ),
    });
  });

  it('a row of a result may have 64 KB and no more', async () => {
    const ofSize = (bytes: number) => api.execute(`SELECT repeat('x', ${bytes - 6})`);

    expect((await ofSize(65_536)).records).toHaveLength(1);
    await expect(ofSize(65_537)).rejects.toMatchObject({
      name: 'DatabaseErrorException',
      message: 'Packet for query is too large (65537 > 65536).',
    });
  });

  it('a result may have 1 MiB and no more', async () => {
    const ofRows = (rows: number, bytes: number) =>
      api.execute(`SELECT repeat('x', ${bytes - 6}) FROM generate_series(1, ${rows})`);

    expect((await ofRows(32, 32_768)).records).toHaveLength(32);
    await expect(ofRows(33, 32_768)).rejects.toMatchObject({
      name: 'UnsupportedResultException',
      message: 'The result exceeds the size limit 1 MB.',
    });
  });

  it('the size of a bytea is its number of bytes, not of the characters that encode it', async () => {
    const ofSize = (bytes: number) =>
      api.execute(`SELECT decode(repeat('00', ${bytes - 6}), 'hex')`);

    expect((await ofSize(65_536)).records?.[0]?.[0]?.blobValue).toHaveLength(65_530);
    await expect(ofSize(65_537)).rejects.toMatchObject({
      message: 'Packet for query is too large (65537 > 65536).',
    });
  });

  it('the writes of a statement are kept when its result is refused', async () => {
    const insert =
      "INSERT INTO note SELECT i, repeat('x', 32768) FROM generate_series(1, 40) i RETURNING body";

    await expect(api.execute(insert)).rejects.toMatchObject({ name: 'UnsupportedResultException' });
    expect((await api.execute('SELECT count(*) FROM note')).records).toEqual([[{ longValue: 40 }]]);
  });

  it('a statement is cancelled after 45 seconds', async () => {
    const call = rejection(api.execute('SELECT pg_sleep(600), 1 AS cancelled'));
    await untilRunning('cancelled');
    await clock.advance(44_999);
    expect(await untilRunning('cancelled')).toBe(1);

    await clock.advance(1);

    expect(await call).toMatchObject({
      name: 'StatementTimeoutException',
      message: 'Request timed out',
      dbConnectionId: expect.any(Number),
    });
    await untilRunning('cancelled', false);
  });

  it('all parameter sets of a batch share a timeout of 45 seconds', async () => {
    const batch = new BatchExecuteStatementCommand({
      ...api.target,
      sql: 'INSERT INTO note SELECT :id FROM pg_sleep(CAST(:seconds AS float8)) AS batched',
      parameterSets: [0, 600, 0].map((seconds, id) => [
        { name: 'id', value: { longValue: -id } },
        { name: 'seconds', value: { doubleValue: seconds } },
      ]),
    });
    const call = rejection(api.client.send(batch));
    await untilRunning('batched');

    await clock.advance(45_000);

    expect(await call).toMatchObject({ name: 'StatementTimeoutException' });
    await untilRunning('batched', false);
    expect(await api.database.query('SELECT id FROM note WHERE id <= 0')).toEqual([{ id: 0 }]);
  });

  it('a statement with continueAfterTimeout continues after 45 seconds', async () => {
    const key = 4711;
    const call = rejection(
      api.execute(
        `WITH waited AS MATERIALIZED (SELECT pg_sleep(0.3)) INSERT INTO note SELECT ${key} FROM waited`,
        [],
        { continueAfterTimeout: true },
      ),
    );
    await untilRunning('waited');

    await clock.advance(45_000);

    expect(await call).toMatchObject({ name: 'StatementTimeoutException' });
    await untilRunning('waited', false);
    expect(await api.database.query(`SELECT id FROM note WHERE id = ${key}`)).toHaveLength(1);
  });
});
