/** Indexes of large tables, built while programs write to them. */
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { PostgresClient } from '../../../../lib/drivers/postgres/postgres-client.ts';
import { RdsDataSqlClient } from '../../../../lib/drivers/rds-data/rds-data-client.ts';
import { buildIndexes } from '../../../../lib/drivers/sql/indexes/build-indexes.ts';
import { migrate } from '../../../../lib/drivers/sql/migrate.ts';
import type { SqlClient } from '../../../../lib/drivers/sql/sql-client.ts';
import { systemClock } from '../../../../lib/drivers/system/system-clock.ts';
import { startDataApiServer } from '../../../../rehearsal/data-api-server/server.ts';
import {
  createTestDatabase,
  hasPostgres,
  type TestDatabase,
} from '../../../support/test-database.ts';

const name = 'archive_of_error';
const index = { name, table: 'archive', keys: '(error, archived_at, task_id)' };

describe.skipIf(!hasPostgres)('indexes of large tables', () => {
  let database: TestDatabase;
  const clients = new Map<string, SqlClient>();
  const closes: (() => Promise<void>)[] = [];

  beforeAll(async () => {
    database = await createTestDatabase();
    const overTcp = new PostgresClient({ clock: systemClock, url: database.url, poolSize: 2 });
    const server = await startDataApiServer({ postgresUrl: database.url });
    process.env.AWS_ACCESS_KEY_ID ??= 'AKIATEST';
    process.env.AWS_SECRET_ACCESS_KEY ??= 'secret';
    const overHttp = new RdsDataSqlClient({
      clock: systemClock,
      clusterArn: server.clusterArn,
      secretArn: server.secretArn,
      database: server.database,
      endpoint: server.url,
    });
    await migrate(overTcp);
    clients.set('PostgreSQL', overTcp).set('the Data API', overHttp);
    closes.push(
      () => overTcp.close(),
      () => overHttp.close(),
      () => server.close(),
      () => database.drop(),
    );
  });
  afterAll(async () => {
    for (const close of closes) await close();
  });
  beforeEach(() => database.query(`DROP INDEX IF EXISTS millrace.${name}`));

  async function readIndex(): Promise<{ id: number; valid: boolean } | undefined> {
    const [found] = await database.query<{ id: number; valid: boolean }>(
      `SELECT indexrelid::int AS id, indisvalid AS valid FROM pg_index
        WHERE indexrelid = to_regclass('millrace.${name}')`,
    );
    return found;
  }

  /** Leaves an index as an interrupted concurrent build does. */
  async function interruptBuild(): Promise<number> {
    await database.query(`CREATE INDEX ${name} ON millrace.archive (error)`);
    await database.query(
      `UPDATE pg_index SET indisvalid = false WHERE indexrelid = to_regclass('millrace.${name}')`,
    );
    return (await readIndex())?.id ?? 0;
  }

  function clientOf(driver: string): SqlClient {
    const client = clients.get(driver);
    if (client === undefined) throw new Error(`there is no client of ${driver}`);
    return client;
  }

  it.each(['PostgreSQL', 'the Data API'])(
    'a missing index is built, and one whose build was interrupted is built anew: %s',
    async (driver) => {
      await buildIndexes(clientOf(driver), [index]);
      const built = await readIndex();
      await database.query(`DROP INDEX millrace.${name}`);
      const left = await interruptBuild();
      await buildIndexes(clientOf(driver), [index]);
      const rebuilt = await readIndex();
      await buildIndexes(clientOf(driver), [index]);

      expect(built).toMatchObject({ valid: true });
      expect(rebuilt).toMatchObject({ valid: true });
      expect(rebuilt?.id).not.toBe(left);
      expect(await readIndex()).toEqual(rebuilt);
    },
  );

  it('a process that starts builds the indexes that an earlier one did not finish', async () => {
    await interruptBuild();

    await migrate(clientOf('PostgreSQL'));

    expect(await readIndex()).toMatchObject({ valid: true });
  });

  it('an index that another session builds is left to it', async () => {
    const left = await interruptBuild();
    const session = new pg.Client({ connectionString: database.url });
    await session.connect();
    await session.query('BEGIN');
    // A build has this lock on its table until its end.
    await session.query('LOCK TABLE millrace.archive IN SHARE UPDATE EXCLUSIVE MODE');
    try {
      await buildIndexes(clientOf('PostgreSQL'), [index]);
    } finally {
      await session.end();
    }

    expect(await readIndex()).toEqual({ id: left, valid: false });
  });
});
